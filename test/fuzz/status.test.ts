import { describe, expect, it } from "vitest";
import type { InspectedTree } from "../../src/facts/files/tree.ts";
import { emptyContainerConfig } from "../../src/oci/config.ts";
import { catalogTree } from "../../src/scan/catalog.ts";
import { catalogers } from "../../src/scan/catalogers.ts";
import { treeOf } from "../scan/harness.ts";
import { statusStanza, trixie } from "../scan/tree.ts";
import { fuzzRounds, mutate, readsOrRefuses, seeded } from "./mutate.ts";

const image = { reference: "fuzz", digest: `sha256:${"0".repeat(64)}`, platform: "linux/amd64" };
const config = {
  platform: { os: "linux", architecture: "amd64" },
  container: emptyContainerConfig,
  diffIds: [],
  history: [],
};

const contents: Readonly<Record<string, string>> = {
  "etc/os-release": trixie,
  "var/lib/dpkg/status": [
    statusStanza({ Package: "libc6", Version: "2.41-12+b1", Source: "glibc (2.41-12)" }),
    statusStanza({ Package: "tzdata", Version: "1:2025b-4", Status: "deinstall ok config-files" }),
  ].join("\n"),
  "var/lib/dpkg/info/libc6:amd64.list": "/.\n/lib/libc.so.6\n/usr/share/doc/libc6/copyright\n",
  "var/lib/dpkg/diversions": "/bin/sh\n/bin/sh.distrib\ndash\n",
  "var/lib/dpkg/status.d/openssl": "Package: openssl\nVersion: 3.5.1-1\nArchitecture: amd64\n",
  "var/lib/dpkg/status.d/openssl.md5sums": "d41d8cd98f00b204e9800998ecf8427e  usr/bin/openssl\n",
  "usr/share/doc/libc6/copyright": "Format: https://example.org\n\nLicense: GPL-2+\n",
  "usr/share/hardpan/component/base.json":
    '{"schema":"hardpan/component/1","type":"hardpan","name":"base","version":"1","purl":"pkg:generic/base@1","files":["etc/passwd"]}',
};

/** A tree of these contents, one of which is changed. */
function treeWith(changedPath: string, content: Uint8Array): InspectedTree {
  return treeOf({ ...contents, [changedPath]: content }, catalogers);
}

describe("package databases under mutation", () => {
  it("are catalogued or refused with a coded error", async () => {
    const random = seeded(21);
    const paths = Object.keys(contents);
    let read = 0;
    for (let round = 0; round < fuzzRounds(800); round++) {
      const path = paths[random(paths.length)] ?? "";
      const tree = treeWith(path, mutate(Buffer.from(contents[path] ?? ""), random));
      if (await readsOrRefuses(() => catalogTree(tree, { image, config, base: null }))) read++;
    }
    expect(read).toBeGreaterThan(100);
  });
});
