import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { has, run } from "../../../support/program.ts";
import { temporaryFolder } from "../../../support/temporary.ts";
import { runAction } from "../run.ts";

const rules = `#!/usr/bin/make -f
build build-arch build-indep:
clean:
binary binary-arch: binary-indep
binary-indep:
	rm -rf debian/hello
	install -D -m 0644 greeting.txt debian/hello/usr/share/hello/greeting.txt
	echo "$$DEB_BUILD_OPTIONS" >debian/hello/usr/share/hello/options
	mkdir -p debian/hello/DEBIAN
	dpkg-gencontrol -phello -Pdebian/hello
	dpkg-deb --root-owner-group --build debian/hello ..
`;

const control = `Source: hello
Section: misc
Priority: optional
Maintainer: Ann <ann@example.org>
Standards-Version: 4.6.2

Package: hello
Architecture: all
Description: says hello
`;

const changelog = `hello (1.0-1) trixie; urgency=medium

  * First.

 -- Ann <ann@example.org>  Thu, 01 Jan 2026 00:00:00 +0000
`;

/** A folder with the Debian source package hello 1.0-1, and the unpacked tree removed. */
async function sourcePackage(): Promise<string> {
  const folder = await temporaryFolder();
  const tree = join(folder, "src", "tree");
  mkdirSync(join(tree, "debian", "source"), { recursive: true });
  writeFileSync(join(tree, "greeting.txt"), "hello\n");
  run("tar", [
    "-C",
    join(folder, "src"),
    "--exclude=debian",
    "-czf",
    join(folder, "src", "hello_1.0.orig.tar.gz"),
    "tree",
  ]);
  writeFileSync(join(tree, "debian", "control"), control);
  writeFileSync(join(tree, "debian", "changelog"), changelog);
  writeFileSync(join(tree, "debian", "rules"), rules, { mode: 0o755 });
  writeFileSync(join(tree, "debian", "source", "format"), "3.0 (quilt)\n");
  execFileSync("dpkg-source", ["--build", "tree"], { cwd: join(folder, "src"), stdio: "pipe" });
  run("rm", ["-r", tree]);
  return folder;
}

const tools = ["dpkg-source", "dpkg-buildpackage", "make"];

describe.skipIf(!tools.every(has))(`the dpkg actions (need ${tools.join(", ")})`, { timeout: 60_000 }, () => {
  const unpack = (folder: string, inputs = {}) =>
    runAction(folder, "dpkg/source@v1", { inputs: { file: "hello_1.0-1.dsc", path: "hello", ...inputs } });

  it("unpack into a folder that is there and empty, and keep upstream's archive", async () => {
    const folder = await sourcePackage();
    mkdirSync(join(folder, "src", "hello"));
    expect(unpack(folder)).toMatchObject({ code: 0 });
    expect(readdirSync(join(folder, "src")).sort()).toEqual(["hello", "hello_1.0.orig.tar.gz"]);
    expect(readFileSync(join(folder, "src/hello/greeting.txt"), "utf8")).toBe("hello\n");
  });

  it("keep all originals where asked to", async () => {
    const folder = await sourcePackage();
    expect(unpack(folder, { "remove-original": "false" })).toMatchObject({ code: 0 });
    expect(readdirSync(join(folder, "src"))).toHaveLength(4);
  });

  it("refuse a source whose archive is not the one the .dsc names", async () => {
    const folder = await sourcePackage();
    writeFileSync(join(folder, "src", "hello_1.0.orig.tar.gz"), "other");
    expect(unpack(folder).code).not.toBe(0);
  });

  it("patch, bump and build a package, with the same bytes every time", async () => {
    const digests: string[] = [];
    for (let time = 0; time < 2; time += 1) {
      const folder = await sourcePackage();
      const context = { workDir: join(folder, "src", "hello") };
      writeFileSync(
        join(folder, "src", "it's.patch"),
        "--- a/greeting.txt\n+++ b/greeting.txt\n@@ -1 +1 @@\n-hello\n+good day\n",
      );
      expect(unpack(folder)).toMatchObject({ code: 0 });
      const patches = { patches: ["../it's.patch"], apply: "true" };
      expect(runAction(folder, "dpkg/patch@v1", { inputs: patches, context })).toMatchObject({ code: 0 });
      expect(readFileSync(join(context.workDir, "greeting.txt"), "utf8")).toBe("good day\n");
      expect(readFileSync(join(context.workDir, "debian/patches/series"), "utf8")).toBe("it's.patch\n");

      const bump = { version: "1.0-1+hardpan1", changelog: ["Say good day, it's 5% & `better` $(now)."] };
      expect(runAction(folder, "dpkg/bump@v1", { inputs: bump, context })).toMatchObject({
        code: 0,
        output: "1.0-1+hardpan1\n",
      });
      expect(readFileSync(join(context.workDir, "debian/changelog"), "utf8")).toBe(
        `hello (1.0-1+hardpan1) trixie; urgency=medium

  * Say good day, it's 5% & \`better\` $(now).

 -- Hardpan <hardpan@localhost>  Sat, 01 Aug 2026 10:00:00 +0000

${changelog}`,
      );

      const build = { args: "-us -uc -d", options: "nocheck" };
      expect(runAction(folder, "dpkg/build@v1", { inputs: build, context })).toMatchObject({ code: 0 });
      const deb = join(folder, "src", "hello_1.0-1+hardpan1_all.deb");
      expect(run("dpkg-deb", ["--fsys-tarfile", deb])).toMatch(/good day\n[\s\S]*nocheck/);
      digests.push(createHash("sha256").update(readFileSync(deb)).digest("hex"));
    }
    expect(digests[0]).toBe(digests[1]);
  });

  it("refuse a patch twice, and one that does not fit", async () => {
    const folder = await sourcePackage();
    const context = { workDir: join(folder, "src", "hello") };
    unpack(folder);
    writeFileSync(join(folder, "src", "a.patch"), "--- a/greeting.txt\n+++ b/greeting.txt\n@@ -1 +1 @@\n-bye\n+x\n");
    const patch = (inputs: object) =>
      runAction(folder, "dpkg/patch@v1", { inputs: { patches: ["../a.patch"], ...inputs }, context });
    expect(patch({})).toMatchObject({ code: 0 });
    expect(patch({})).toMatchObject({
      code: 1,
      output: expect.stringContaining("is in debian/patches/series already"),
    });
    writeFileSync(join(context.workDir, "debian/patches/series"), "");
    expect(patch({ apply: "true" })).toMatchObject({
      code: 1,
      output: expect.stringContaining("a.patch does not fit"),
    });
    writeFileSync(join(context.workDir, "debian/patches/series"), "");
    writeFileSync(join(context.workDir, "debian/source/format"), "1.0\n");
    expect(patch({ apply: "true" }).code).toBe(1);
  });

  it("start a changelog where there is none", async () => {
    const folder = await temporaryFolder();
    mkdirSync(join(folder, "src", "debian"), { recursive: true });
    writeFileSync(join(folder, "src", "debian", "control"), control);
    const ran = runAction(folder, "dpkg/bump@v1", {
      inputs: { version: "2:1.0" },
      environment: { DEBFULLNAME: "Ann", DEBEMAIL: "ann@example.org" },
    });
    expect(ran).toEqual({ code: 0, output: "2:1.0\n" });
    expect(readFileSync(join(folder, "src/debian/changelog"), "utf8")).toBe(
      "hello (2:1.0) unstable; urgency=medium\n\n  * Rebuild.\n\n -- Ann <ann@example.org>  Sat, 01 Aug 2026 10:00:00 +0000\n\n",
    );
  });
});

describe.skipIf(!has("dpkg-deb"))("the deb actions (need dpkg)", () => {
  const binaryControl =
    "Package: hello\nVersion: 1.0\nArchitecture: all\nMaintainer: Ann <ann@example.org>\nDescription: it's `hello` $(x)\n";

  async function tree(): Promise<string> {
    const folder = await temporaryFolder();
    mkdirSync(join(folder, "src", "root", "usr", "share"), { recursive: true });
    writeFileSync(join(folder, "src", "root", "usr", "share", "greeting"), "hello\n");
    writeFileSync(join(folder, "src", "control"), binaryControl);
    run("chmod", ["-R", "u=rwX,go=rX", join(folder, "src")]);
    run("sh", ["-c", `find '${folder}/src' -exec touch -d @1 {} +`]);
    return folder;
  }

  it("pack a folder, with control as a file or as text, to the same bytes", async () => {
    const digests: string[] = [];
    for (const control of ["control", binaryControl]) {
      const folder = await tree();
      expect(runAction(folder, "deb/build@v1", { inputs: { control, dir: "root" } })).toMatchObject({ code: 0 });
      const deb = join(folder, "out", "hello_1.0_all.deb");
      expect(run("dpkg-deb", ["--field", deb, "Description"])).toBe("it's `hello` $(x)\n");
      expect(run("dpkg-deb", ["--contents", deb])).toMatch(/root\/root .* \.\/usr\/share\/greeting/);
      expect(existsSync(join(folder, "src", "root", "DEBIAN"))).toBe(false);
      digests.push(createHash("sha256").update(readFileSync(deb)).digest("hex"));
    }
    expect(digests[0]).toBe(digests[1]);
  });

  it("install what a pattern matches", async () => {
    const folder = await tree();
    expect(runAction(folder, "deb/build@v1", { inputs: { control: "control", dir: "root" } })).toMatchObject({
      code: 0,
    });
    const stage = join(folder, "stage");
    mkdirSync(join(stage, "var/lib/dpkg/info"), { recursive: true });
    for (const file of ["status", "available"]) writeFileSync(join(stage, "var/lib/dpkg", file), "");
    mkdirSync(join(stage, "var/lib/dpkg/updates"));
    const install = (files: string) =>
      runAction(folder, "deb/install@v1", {
        inputs: { files },
        environment: {
          ...{ DPKG_ROOT: stage, DPKG_ADMINDIR: join(stage, "var/lib/dpkg"), DPKG_FORCE: "not-root,bad-path" },
        },
      });
    expect(install(join(folder, "out", "*.deb"))).toMatchObject({ code: 0 });
    expect(readFileSync(join(stage, "usr/share/greeting"), "utf8")).toBe("hello\n");
    expect(readFileSync(join(stage, "var/lib/dpkg/status"), "utf8")).toContain("Status: install ok installed");
    expect(install(join(folder, "out", "*.none")).code).not.toBe(0);
  });
});
