import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readDeb } from "../../src/debian/deb.ts";
import type { TestArchive, TestPackage } from "../support/debian-archive.ts";
import { has } from "../support/program.ts";
import { testArchive } from "./archives.ts";

const packages: readonly TestPackage[] = [
  {
    name: "tool",
    version: "1:2.0-1",
    architecture: "amd64",
    depends: "libc6",
    files: {
      "usr/bin/tool": { content: "#!/bin/sh\n", mode: 0o755 },
      "usr/bin/alias": { symlink: "tool" },
      "usr/bin/other-name": { hardlink: "usr/bin/tool" },
      "var/lib/tool": { directory: true, mode: 0o700, uid: 5, gid: 6 },
    },
    scripts: { postinst: "#!/bin/sh\nexit 0\n", conffiles: "" },
  },
  { name: "plain", version: "1", compression: "none" },
];

/** Every file of an archive by path, as SHA-256. */
async function contents({ directory }: TestArchive): Promise<Readonly<Record<string, string>>> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const hashed = files.sort().map(async (file) => {
    const sha256 = createHash("sha256")
      .update(await readFile(file))
      .digest("hex");
    return [file.slice(directory.length), sha256] as const;
  });
  return Object.fromEntries(await Promise.all(hashed));
}

describe("an archive made in a test", () => {
  it("is the same bytes every time and everywhere", async () => {
    const [first, second] = [await testArchive({ packages }), await testArchive({ packages })];
    const files = await contents(first);
    expect(await contents(second)).toEqual(files);
    const whole = createHash("sha256").update(JSON.stringify(files)).digest("hex");
    expect(whole).toBe("5c26f6e70272f1b5481dec8a4f8e64684b7cb944915cb3afd454cd2fae037ece");
  });

  it("holds packages that can be read", async () => {
    const { debs } = await testArchive({ packages });
    for (const { name, version, path } of debs) {
      const deb = await readDeb(await readFile(path), { what: name });
      expect(deb.controlStanza.get("Version")).toBe(version);
      expect((await deb.data()).length % 512).toBe(0);
    }
  });

  it.skipIf(!has("dpkg-deb"))("holds packages that dpkg-deb reads (skipped without it)", async () => {
    const { debs } = await testArchive({ packages });
    const [tool] = debs;
    const listing = execFileSync("dpkg-deb", ["--contents", tool?.path ?? ""], { encoding: "utf8" });
    expect(listing).toMatch(/^-rwxr-xr-x root\/root +10 .* \.\/usr\/bin\/tool$/m);
    expect(listing).toMatch(/ \.\/usr\/bin\/alias -> tool$/m);
    expect(listing).toMatch(/ \.\/usr\/bin\/other-name link to \.\/usr\/bin\/tool$/m);
    expect(listing).toMatch(/^drwx------ .* \.\/var\/lib\/tool\/$/m);
    for (const { path, version } of debs) {
      expect(execFileSync("dpkg-deb", ["--field", path, "Version"], { encoding: "utf8" }).trim()).toBe(version);
    }
  });
});
