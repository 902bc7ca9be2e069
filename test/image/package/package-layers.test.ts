import { execFileSync } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type Cache, openCache } from "../../../src/cache/cache.ts";
import { fragmentContents } from "../../../src/image/layer/content.ts";
import { createPackings } from "../../../src/image/layer/fragment.ts";
import { packageLayers } from "../../../src/image/package/package-layers.ts";
import type { TestPackage } from "../../support/debian-archive.ts";
import { hash, makePackage } from "../../support/made-package.ts";
import { has } from "../../support/program.ts";
import { temporaryFolder } from "../../support/temporary.ts";

const sum = (content: string) => hash("md5", Buffer.from(content));

const dpkg: TestPackage = {
  name: "dpkg",
  version: "1.22",
  architecture: "amd64",
  essential: true,
  files: { "usr/bin/dpkg": { content: "dpkg", mode: 0o755 } },
};

/** As Debian 12 ships it: outside /usr, with links and a folder of its own that no list of sums names. */
const shell: TestPackage = {
  name: "shell",
  version: "5.2",
  architecture: "amd64",
  files: {
    bin: { directory: true },
    "bin/shell": { content: "shell", mode: 0o755 },
    "bin/rshell": { symlink: "shell" },
    "lib/shell/module": "module",
    "etc/shell.rc": "settings\n",
    "etc/shell.d/gone": "gone\n",
    "usr/share/doc/shell/copyright": "free",
  },
  scripts: {
    md5sums: `${sum("shell")}  bin/shell\n${sum("module")}  lib/shell/module\n${sum("free")}  usr/share/doc/shell/copyright\n`,
    conffiles: "/etc/shell.rc\n/etc/shell.d/gone\nremove-on-upgrade /etc/old.rc\n",
    triggers: "interest-noawait /usr/share/shells\ninterest shell-changed\n# a comment\nactivate ldconfig\n",
    postinst: "#!/bin/sh\n",
  },
};

const library: TestPackage = {
  name: "libone",
  version: "1:2-3",
  architecture: "amd64",
  multiArch: "same",
  files: { "usr/lib/x86_64-linux-gnu/libone.so.1": "one" },
  scripts: {
    md5sums: `${sum("one")}  usr/lib/x86_64-linux-gnu/libone.so.1\n`,
    triggers: "interest-await shell-changed\ninterest /usr/lib/x86_64-linux-gnu\ninterest ../../escape\n",
  },
};

async function layered(
  packages: readonly TestPackage[],
  omitted: readonly string[] = [],
  cache?: Cache,
  documentation = false,
) {
  const packing = createPackings(cache ?? (await openCache(await temporaryFolder()))).gzip;
  const items = await Promise.all(
    packages.map(async (entry) => {
      const { sha256 } = await packing.cache.write([makePackage(entry).bytes]);
      return { name: entry.name, version: entry.version, architecture: entry.architecture ?? "all", sha256 };
    }),
  );
  const { layers, root, fragments } = await packageLayers({ packages: items, omitted, documentation }, packing);
  const read = async () => {
    const files = [...root.values()].filter(({ type }) => type === "file" || type === "link");
    return await fragmentContents(
      fragments,
      files.map(({ path }) => path),
      packing,
    );
  };
  const contents = await read();
  const text = (path: string) => new TextDecoder().decode(contents.get(path));
  return { layers, root, contents, text };
}

describe("packages", () => {
  it("share layers byte for byte between an image with dpkg's database and one without", async () => {
    const cache = await openCache(await temporaryFolder());
    const big: TestPackage = {
      name: "big",
      version: "1",
      files: { "usr/share/big": randomBytes(3 << 20) },
      compression: "none",
    };
    const runtime = await layered([big, library, shell], [], cache);
    const dev = await layered([big, dpkg, library, shell], [], cache);
    const digests = (layers: typeof dev.layers, ...names: readonly string[]) =>
      layers.filter(({ name }) => names.includes(name)).map(({ name, digest }) => `${name} ${digest}`);
    expect(runtime.layers.map(({ name }) => name)).toEqual(["package big", "runtime", "package records"]);
    expect(digests(dev.layers, "package big", "runtime")).toEqual(digests(runtime.layers, "package big", "runtime"));
    expect(digests(dev.layers, "package records")).not.toEqual(digests(runtime.layers, "package records"));
  });

  it("keep a hard link whose file is left out: the link becomes the file", async () => {
    const linked: TestPackage = {
      name: "linked",
      version: "1",
      files: {
        "usr/bin/first": { content: "program", mode: 0o755 },
        "usr/bin/second": { hardlink: "usr/bin/first", mode: 0o755 },
        "usr/bin/third": { hardlink: "usr/bin/first", mode: 0o755 },
      },
    };
    const { root, text } = await layered([linked], ["usr/bin/first"]);
    expect(root.has("usr/bin/first")).toBe(false);
    expect(root.get("usr/bin/second")).toMatchObject({ type: "file", mode: 0o755 });
    expect(root.get("usr/bin/third")).toMatchObject({ type: "link", linkPath: "usr/bin/second" });
    expect(text("usr/bin/third")).toBe("program");
  });

  it("are refused where a file of theirs would take away another", async () => {
    const taking: TestPackage = { name: "taking", version: "1", files: { "etc/.wh.passwd": "" } };
    await expect(layered([taking])).rejects.toMatchObject({
      code: "IMAGE_INPUT_INVALID",
      message: expect.stringContaining("taking 1: /etc/.wh.passwd: names that begin with .wh."),
    });
  });

  it("tells paths with spaces apart that are left out", async () => {
    const cache = await openCache(await temporaryFolder());
    const spaced: TestPackage = { name: "spaced", version: "1", files: { "a b": "1", a: "2", b: "3" } };
    const names = async (omitted: readonly string[]) => {
      const { root } = await layered([spaced], omitted, cache);
      return [...root.keys()].filter((path) => !path.startsWith("var")).toSorted();
    };
    expect(await names(["a b"])).toEqual(["a", "b"]);
    expect(await names(["a", "b"])).toEqual(["a b"]);
  });

  it("keep documentation where it is asked for, and only there", async () => {
    const cache = await openCache(await temporaryFolder());
    const manual = "usr/share/man/man1/tool.1.gz";
    const tool: TestPackage = { name: "tool", version: "1", files: { [manual]: "how", "usr/bin/tool": "tool" } };
    expect((await layered([tool], [], cache)).root.has(manual)).toBe(false);
    const whole = await layered([tool], [], cache, true);
    expect(whole.text(manual)).toBe("how");
    expect(whole.text("var/lib/dpkg/status.d/tool.list")).toContain(`/${manual}\n`);
  });

  it("are recorded in a file each where there is no dpkg, by where their files are", async () => {
    const { text } = await layered([shell]);
    expect(text("var/lib/dpkg/status.d/shell.list")).toContain("/usr/bin/rshell\n/usr/bin/shell\n");
    expect(text("var/lib/dpkg/status.d/shell.md5sums")).toContain(`${sum("shell")}  usr/bin/shell\n`);
  });
});

describe("dpkg's database", () => {
  const all = [dpkg, library, shell];

  it("names files as packages ship them, links too, and those of co-installable packages by architecture", async () => {
    const { text, root } = await layered(all);
    expect(text("var/lib/dpkg/info/shell.list").split("\n")).toEqual(
      expect.arrayContaining(["/.", "/bin/shell", "/bin/rshell", "/lib/shell", "/lib/shell/module", "/etc/shell.rc"]),
    );
    expect(text("var/lib/dpkg/info/shell.list")).not.toContain("/usr/bin");
    expect(text("var/lib/dpkg/info/shell.md5sums")).toContain(`${sum("shell")}  bin/shell\n`);
    expect(root.get("var/lib/dpkg/info/shell.postinst")).toMatchObject({ mode: 0o755 });
    expect(root.has("var/lib/dpkg/info/libone:amd64.list")).toBe(true);
  });

  it("has the sums of configuration files, but not of those that are left out or to be removed", async () => {
    const { text } = await layered(all, ["etc/shell.d"]);
    const stanza = text("var/lib/dpkg/status")
      .split("\n\n")
      .find((one) => one.startsWith("Package: shell\n"));
    expect(stanza).toMatch(/^Package: shell\nStatus: install ok installed\n/);
    expect(stanza?.slice(stanza.indexOf("Conffiles:"))).toBe(`Conffiles:\n /etc/shell.rc ${sum("settings\n")}`);
  });

  it("has triggers by path and by name, and whether they wait; none that leads elsewhere", async () => {
    const { text, root } = await layered(all);
    expect(text("var/lib/dpkg/triggers/File")).toBe(
      "/usr/lib/x86_64-linux-gnu libone:amd64\n/usr/share/shells shell/noawait\n",
    );
    expect(text("var/lib/dpkg/triggers/shell-changed")).toBe("libone:amd64\nshell\n");
    expect([...root.keys()].filter((path) => path.includes("escape"))).toEqual([]);
  });

  it("names the native architecture", async () => {
    const { text } = await layered(all);
    expect([text("var/lib/dpkg/arch"), text("var/lib/dpkg/arch-native")]).toEqual(["amd64\n", "amd64\n"]);
  });

  it.skipIf(!has("dpkg"))("is sound in the eyes of dpkg itself (needs dpkg)", async () => {
    const { root, contents } = await layered(all, ["etc/shell.d"]);
    const folder = await temporaryFolder();
    for (const name of ["bin", "lib"]) {
      await mkdir(join(folder, "usr", name), { recursive: true });
      execFileSync("ln", ["-s", `usr/${name}`, join(folder, name)]);
    }
    for (const { path, type, linkPath } of root.values()) {
      const place = join(folder, path);
      await mkdir(type === "directory" ? place : join(place, ".."), { recursive: true });
      if (type === "symlink") execFileSync("ln", ["-s", linkPath, place]);
      else if (type !== "directory") await writeFile(place, contents.get(path) ?? "");
    }
    const ask = (program: string, ...args: readonly string[]) =>
      execFileSync(program, [`--admindir=${join(folder, "var/lib/dpkg")}`, ...args], { encoding: "utf8" });
    expect(ask("dpkg", `--root=${folder}`, `--admindir=${join(folder, "var/lib/dpkg")}`, "--audit")).toBe("");
    expect(ask("dpkg", `--root=${folder}`, `--admindir=${join(folder, "var/lib/dpkg")}`, "--verify")).toBe("");
    expect(ask("dpkg-query", "-W", "-f", `\${binary:Package} \${Version} \${db:Status-Abbrev}\\n`)).toBe(
      "dpkg 1.22 ii \nlibone:amd64 1:2-3 ii \nshell 5.2 ii \n",
    );
    expect(ask("dpkg-query", "-S", "/bin/rshell")).toBe("shell: /bin/rshell\n");
    expect(ask("dpkg-query", "-W", "-f", `\${Conffiles}`, "shell")).toBe(` /etc/shell.rc ${sum("settings\n")}`);
    await writeFile(join(folder, "usr/bin/shell"), "changed");
    const verified = () => ask("dpkg", `--root=${folder}`, `--admindir=${join(folder, "var/lib/dpkg")}`, "--verify");
    expect(verified()).toContain("/bin/shell");
  });
});

/** Bytes that do not get smaller, the same each time. */
function randomBytes(length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  let state = 1;
  for (let index = 0; index < length; index++) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    bytes[index] = state >>> 24;
  }
  return bytes;
}
