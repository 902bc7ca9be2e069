import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { copy } from "../../src/content/copy.ts";
import { writeLayout } from "../../src/content/layout.ts";
import { buildFromCatalog } from "../../src/flow/build.ts";
import { factsOfReference } from "../../src/flow/facts.ts";
import { writeImage } from "../../src/flow/image/output.ts";
import type { Ports } from "../../src/flow/ports.ts";
import type { ContainerConfig } from "../../src/oci/config.ts";
import { program, symlink, type TestLayer, testImage } from "../facts/layers.ts";
import { schemaProblems } from "../integration/json-schema.ts";
import { statusStanza, trixie } from "../scan/tree.ts";
import { hardpan, hardpanJson } from "../support/cli.ts";
import { dynamicElf } from "../support/dynamic-program.ts";
import { smallWorld } from "../support/flow.ts";
import { temporaryFolder } from "../support/temporary.ts";

const layer: TestLayer = {
  "etc/os-release": trixie,
  "etc/passwd": "app:x:1000:1001::/home/app:\n",
  "etc/group": "app:x:1001:\nlogs:x:50:app\n",
  "var/lib/dpkg/status": statusStanza({ Package: "zlib1g", Version: "1.3.1-1" }),
  "home/app": { type: "directory", mode: 0o700, uid: 1000, gid: 1001 },
  tmp: { type: "directory", mode: 0o1777 },
  "usr/bin/server": program(dynamicElf({ interpreter: "/lib64/ld-linux-x86-64.so.2" })),
  "lib64/ld-linux-x86-64.so.2": program(dynamicElf()),
  "usr/bin/su": program(dynamicElf({ needed: ["libgone.so"] }), 0o4755),
  "usr/lib/libown.so": dynamicElf({ needed: ["libgone.so"] }),
  "usr/bin/run": program("#!/usr/bin/perl\n"),
  "usr/bin/again": symlink("run"),
  "srv/\u001b[2Jx": { content: "", mode: 0o666 },
};
const container = {
  user: "app",
  cmd: ["server", "--port", "80"],
  exposedPorts: ["80/tcp"],
  environment: ["PATH=/usr/bin"],
};

/** A layout on disk with an image of these files; gives its reference. */
async function layoutOf(files: TestLayer, settings: Partial<ContainerConfig>): Promise<string> {
  const { store, descriptor } = await testImage([files], { container: settings });
  const directory = join(await temporaryFolder(), "layout");
  await writeLayout(directory, async (layout) => {
    await copy(store, layout, { reference: descriptor, targetReferences: ["test"] });
  });
  return `oci-dir://${directory}`;
}

describe("hardpan facts", () => {
  it("prints what an image has as JSON that docs/schema describes", async () => {
    const reference = await layoutOf(layer, container);
    const facts = await hardpanJson(["facts", reference]);
    expect(schemaProblems("facts", facts)).toEqual([]);
    expect(facts).toMatchObject({
      schema: "hardpan/facts/1",
      image: { reference, platform: "linux/amd64" },
      user: "app",
      uid: 1000,
      gid: 1001,
      groups: [50],
      command: { word: "server", path: "/usr/bin/server" },
      writable: ["/home/app", "/srv/\u001b[2Jx", "/tmp"],
      worldWritable: ["/srv/\u001b[2Jx"],
      sticky: ["/tmp"],
      setuid: ["/usr/bin/su"],
      scripts: [{ path: "/usr/bin/run", interpreter: "/usr/bin/perl", missing: true, grade: "certain" }],
      missingLoaders: [],
      missingLibraries: [
        { path: "/usr/bin/su", library: "libgone.so", grade: "possible" },
        { path: "/usr/lib/libown.so", library: "libgone.so", grade: "certain" },
      ],
      packages: { total: 1, byType: { deb: 1 } },
      layers: 1,
    });
  });

  it("prints the same for people, and no control characters of the image", async () => {
    const { stdout, exitCode } = await hardpan(["facts", await layoutOf(layer, container)]);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^User +app \(uid 1000, gid 1001, further groups 50\)$/m);
    expect(stdout).toMatch(/^Starts +\/usr\/bin\/server$/m);
    expect(stdout).toMatch(/^Scripts +1 for \/usr\/bin\/perl \(missing\)$/m);
    expect(stdout).toMatch(
      /^Cannot run +\/usr\/bin\/run needs \/usr\/bin\/perl\n +\/usr\/lib\/libown\.so needs libgone\.so$/m,
    );
    expect(stdout).toMatch(/^May not run +\/usr\/bin\/su needs libgone\.so$/m);
    expect(stdout).toMatch(/^World-writable +\/srv\/\\u001b\[2Jx$/m);
    expect(stdout).not.toContain("\u001b");
  });

  it("describes an empty image too", async () => {
    const reference = await layoutOf({}, {});
    const facts = await hardpanJson(["facts", reference]);
    expect(schemaProblems("facts", facts)).toEqual([]);
    expect(facts).toMatchObject({ user: "root", writable: ["/"], command: null, packages: { total: 0, byType: {} } });
    expect((await hardpan(["facts", reference])).stdout).toMatch(/^Starts +none$/m);
  });

  it("shows a part of a long list and counts the rest", async () => {
    const many = Object.fromEntries(
      Array.from({ length: 20 }, (_, index) => [`usr/bin/x${String(index).padStart(2, "0")}`, program("", 0o4755)]),
    );
    const { stdout } = await hardpan(["facts", await layoutOf(many, { cmd: ["gone"] })]);
    expect(stdout).toMatch(/ +\/usr\/bin\/x11\n +and 8 more\n/);
    expect(stdout).toMatch(/^Starts +gone, which is missing$/m);
  });
});

describe("the facts of an image built here", () => {
  it("are those kept beside the build, and the same as reading the image gives", async () => {
    const { ports, directory } = await smallWorld();
    const options = { platform: null };
    const { report } = await factsOfReference("catalog://small:1", options, ports);
    expect(await factsOfReference("catalog://small:1", options, ports)).toMatchObject({ report });
    const built = await buildFromCatalog({ kind: "image", name: "small:1", platforms: [], locked: null }, ports);
    const output = `oci-dir://${join(directory, "out")}`;
    await writeImage(built, { output, organisation: "hardpan" }, ports);
    const read = await factsOfReference(`${output}:1`, options, ports);
    expect({ ...report, image: null }).toEqual({ ...read.report, image: null });
    expect(report.image.digest).toBe(read.report.image.digest);
    expect(schemaProblems("facts", report)).toEqual([]);
  });

  it("are not read from its layers again once its packages are known", async () => {
    const { ports } = await smallWorld();
    const steps: string[] = [];
    const told: Ports = { ...ports, report: { ...ports.report, step: (text) => void steps.push(text) } };
    await factsOfReference("catalog://small:1", { platform: null }, told);
    expect(steps).toContain("reading the files of catalog://small:1");
    steps.length = 0;
    await factsOfReference("catalog://small:1", { platform: null }, told);
    expect(steps).not.toContain("reading the files of catalog://small:1");
  });
});
