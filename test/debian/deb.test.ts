import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { collect } from "../../src/archive/bytes.ts";
import { createTarParser } from "../../src/archive/tar-read.ts";
import { readDeb } from "../../src/debian/deb.ts";
import { makeDeb, makeTar } from "../support/deb.ts";
import { has } from "../support/program.ts";
import { temporaryFolder } from "../support/temporary.ts";

const control = "Package: a\nVersion: 1\nArchitecture: all\nMaintainer: T <t@example.org>\nDescription: test\n";
const what = "a 1 (all)";
const text = (bytes: Uint8Array | undefined) => new TextDecoder().decode(bytes);
const invalid = (message: RegExp) => ({
  code: "DEB_INVALID",
  message: expect.stringMatching(message),
  hint: expect.any(String),
});
const version: readonly [string, Uint8Array] = ["debian-binary", Buffer.from("2.0\n")];
const controlTar = makeTar({ control });
const dataTar = makeTar({ "usr/bin/a": "hello" });

describe("readDeb", () => {
  it.skipIf(!has("dpkg-deb")).for(["xz", "gzip", "zstd", "none"])(
    "reads a package that dpkg-deb made with %s (needs dpkg-deb)",
    async (compression, { skip }) => {
      const folder = await temporaryFolder();
      mkdirSync(join(folder, "root/DEBIAN"), { recursive: true });
      mkdirSync(join(folder, "root/usr/bin"), { recursive: true });
      writeFileSync(join(folder, "root/DEBIAN/control"), control);
      writeFileSync(join(folder, "root/DEBIAN/postinst"), "#!/bin/sh\n");
      chmodSync(join(folder, "root/DEBIAN/postinst"), 0o755);
      writeFileSync(join(folder, "root/usr/bin/a"), "hello");
      const file = join(folder, "a.deb");
      try {
        execFileSync(
          "dpkg-deb",
          ["--root-owner-group", `-Z${compression}`, "--uniform-compression", "-b", join(folder, "root"), file],
          { stdio: "pipe" },
        );
      } catch (cause) {
        if (/unknown compression type/.test(String(cause))) skip("this dpkg-deb is too old to write it");
        throw cause;
      }
      const deb = await readDeb(readFileSync(file), { what });
      expect([...deb.control.keys()].sort()).toEqual(["control", "postinst"]);
      expect(text(deb.control.get("postinst"))).toBe("#!/bin/sh\n");
      expect(deb.controlStanza.get("package")).toBe("a");
      expect(pathsOf(await deb.data())).toEqual(["", "usr", "usr/bin", "usr/bin/a"]);
    },
  );

  it.each<[string, (bytes: Uint8Array) => Uint8Array]>([
    [".gz", gzipSync],
    [".zst", (bytes) => zstdCompressSync(bytes)],
    ["", (bytes) => bytes],
  ])("reads members named .tar%s", async (suffix, compress) => {
    const deb = await readDeb(
      makeAr([version, [`control.tar${suffix}`, compress(controlTar)], [`data.tar${suffix}`, compress(dataTar)]]),
      { what },
    );
    expect(Buffer.compare(await deb.data(), dataTar)).toBe(0);
    expect(Buffer.compare(await collect(deb.dataStream(), { limit: 1 << 20, what }), dataTar)).toBe(0);
  });

  it("reads one made without dpkg and compressed with xz, several times over", async () => {
    const deb = await readDeb(makeDeb({ control, files: { "usr/bin/a": "hello" }, scripts: { prerm: "x" } }), { what });
    expect(text(deb.control.get("prerm"))).toBe("x");
    expect(pathsOf(await deb.data())).toEqual(pathsOf(await deb.data()));
  });

  it("ignores members for local use and members after the data", async () => {
    const deb = await readDeb(
      makeAr([
        version,
        ["_gpgbuilder", Buffer.from("x")],
        ["control.tar", controlTar],
        ["data.tar", dataTar],
        ["later", Buffer.from("y")],
      ]),
      { what },
    );
    expect(deb.controlStanza.get("Version")).toBe("1");
  });

  it("accepts format 2.1 and refuses others", async () => {
    const rest = [
      ["control.tar", controlTar],
      ["data.tar", dataTar],
    ] as const;
    await readDeb(makeAr([["debian-binary", Buffer.from("2.1\nmore\n")], ...rest]), { what });
    for (const format of ["3.0\n", "2\n", "", "x"]) {
      await expect(readDeb(makeAr([["debian-binary", Buffer.from(format)], ...rest]), { what })).rejects.toMatchObject(
        invalid(/has the unknown format/),
      );
    }
  });

  it.each<[string, readonly (readonly [string, Uint8Array])[], RegExp]>([
    [
      "no version",
      [
        ["control.tar", controlTar],
        ["data.tar", dataTar],
      ],
      /does not begin with the member debian-binary/,
    ],
    ["no control member", [version, ["data.tar", dataTar]], /no member control.tar in its place/],
    ["no data member", [version, ["control.tar", controlTar]], /no member data.tar in its place/],
    [
      "members in the wrong order",
      [version, ["data.tar", dataTar], ["control.tar", controlTar]],
      /no member control.tar in its place/,
    ],
    [
      "a compression of old",
      [version, ["control.tar", controlTar], ["data.tar.bz2", dataTar]],
      /"data.tar.bz2", whose compression is not known/,
    ],
    [
      "no control file",
      [version, ["control.tar", makeTar({ md5sums: "" })], ["data.tar", dataTar]],
      /has no control file/,
    ],
    [
      "an empty control file",
      [version, ["control.tar", makeTar({ control: "" })], ["data.tar", dataTar]],
      /has no stanza/,
    ],
    [
      "an unreadable control file",
      [version, ["control.tar", makeTar({ control: "nonsense" })], ["data.tar", dataTar]],
      /line 1/,
    ],
    [
      "a damaged control member",
      [version, ["control.tar.gz", Buffer.from([0x1f, 0x8b, 1, 2])], ["data.tar", dataTar]],
      /control.tar.gz of a 1/,
    ],
    [
      "a cut control member",
      [version, ["control.tar", controlTar.subarray(0, 700)], ["data.tar", dataTar]],
      /ends too early/,
    ],
  ])("refuses one with %s, naming the package", async (_, members, message) => {
    await expect(readDeb(makeAr(members), { what })).rejects.toMatchObject(invalid(message));
    await expect(readDeb(makeAr(members), { what })).rejects.toThrow(/^the package a 1 \(all\) /);
  });

  it("refuses what is no .deb, and one that is cut", async () => {
    await expect(readDeb(Buffer.from("<html>"), { what })).rejects.toMatchObject(
      invalid(/does not begin as an ar archive/),
    );
    const whole = makeDeb({ control, files: {} });
    await expect(readDeb(whole.subarray(0, whole.length - 100), { what })).rejects.toMatchObject(
      invalid(/ends within its member/),
    );
  });

  it("says damage of the data when the data is asked for", async () => {
    const deb = await readDeb(
      makeAr([version, ["control.tar", controlTar], ["data.tar.gz", gzipSync(dataTar).subarray(0, 50)]]),
      { what },
    );
    await expect(deb.data()).rejects.toMatchObject(invalid(/data.tar.gz of a 1 \(all\) is not valid gzip data/));
  });

  it("holds its limits on unpacked sizes", async () => {
    const bomb = gzipSync(Buffer.alloc(50 << 20));
    const large = makeAr([version, ["control.tar.gz", bomb], ["data.tar.gz", bomb]]);
    await expect(readDeb(large, { what, controlLimit: 1 << 20 })).rejects.toMatchObject(
      invalid(/control.tar.gz of .* is larger than 1048576/),
    );
    const deb = await readDeb(makeAr([version, ["control.tar", controlTar], ["data.tar.gz", bomb]]), {
      what,
      dataLimit: 1 << 20,
    });
    await expect(deb.data()).rejects.toMatchObject(invalid(/data.tar.gz of .* is larger than 1048576/));
  });
});

function pathsOf(tar: Uint8Array): readonly string[] {
  const paths: string[] = [];
  const parser = createTarParser({
    entry(header) {
      paths.push(header.path);
      return 0;
    },
    file: () => {},
  });
  parser.write(tar);
  parser.end();
  return paths;
}

function makeAr(members: readonly (readonly [name: string, content: Uint8Array])[]): Uint8Array {
  const parts = members.flatMap(([name, content]) => {
    const owner = `${"0".padEnd(12)}${"0".padEnd(6)}${"0".padEnd(6)}${"100644".padEnd(8)}`;
    const header = `${name.padEnd(16)}${owner}${String(content.length).padEnd(10)}\`\n`;
    return [Buffer.from(header), content, Buffer.from(content.length % 2 === 1 ? "\n" : "")];
  });
  return Buffer.concat([Buffer.from("!<arch>\n"), ...parts]);
}
