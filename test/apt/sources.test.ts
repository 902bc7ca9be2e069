import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { findMirrors, parseMirrors } from "../../src/apt/sources.ts";
import { temporaryFolder } from "../support/temporary.ts";

const now = Date.parse("2026-01-15T10:20:30Z");

async function etc(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await temporaryFolder();
  await mkdir(join(folder, "sources.list.d"));
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  return folder;
}

const snapshot = {
  main: ["https://snapshot.debian.org/archive/debian/20260115T102030Z"],
  security: ["https://snapshot.debian.org/archive/debian-security/20260115T102030Z"],
  origin: "snapshot",
};

describe("findMirrors", () => {
  it("reads the deb822 form", async () => {
    const folder = await etc({
      "sources.list.d/debian.sources": `Types: deb deb-src
# a comment
URIs: http://mirror.example/debian/
Suites: bookworm bookworm-updates
Components: main contrib
Signed-By:
 -----BEGIN PGP PUBLIC KEY BLOCK-----
 .
 mQINBA==

Types: deb
URIs: https://security.example/debian-security
Suites: bookworm-security
Components: main
`,
    });
    expect(await findMirrors({ etc: folder, now })).toEqual({
      main: ["http://mirror.example/debian"],
      security: ["https://security.example/debian-security"],
      origin: "host",
    });
  });

  it("reads the one-line form, with options and comments", async () => {
    const folder = await etc({
      "sources.list": `# deb http://old.example/debian bullseye main
deb [arch=amd64 signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] http://a.example/debian trixie main # best
deb-src http://source.example/debian trixie main
deb cdrom:[Debian]/ trixie main
deb http://a.example/debian trixie-updates main
deb\thttp://b.example/some/path/debian\ttrixie\tmain non-free
`,
    });
    expect(await findMirrors({ etc: folder, now })).toEqual({
      main: ["http://a.example/debian", "http://b.example/some/path/debian"],
      security: ["http://a.example/debian-security", "http://b.example/some/path/debian-security"],
      origin: "host",
    });
  });

  it.each([
    ["another vendor's archive", "deb https://packages.example/apt cloud-sdk-bookworm main"],
    ["another distribution", "deb http://archive.example/ubuntu noble main"],
    ["a vendor's suite at a path like Debian's", "deb https://download.example/linux/debian nodistro main"],
    ["another component alone", "deb http://mirror.example/debian trixie contrib"],
    ["a path that only begins like Debian's", "deb http://mirror.example/debian-multimedia trixie main"],
    ["sources alone", "deb-src http://mirror.example/debian trixie main"],
  ])("leaves out %s", async (_, line) => {
    expect(await findMirrors({ etc: await etc({ "sources.list": line }), now })).toEqual(snapshot);
  });

  it("leaves out what is switched off, and files apt does not read", async () => {
    const stanza = "Types: deb\nURIs: http://mirror.example/debian\nSuites: trixie\nComponents: main\n";
    const folder = await etc({
      "sources.list.d/a.sources": `${stanza}Enabled: no\n`,
      "sources.list.d/b.sources.disabled": stanza,
      "sources.list.d/c.sources": "this is: fine\nthis is not\n",
    });
    expect(await findMirrors({ etc: folder, now })).toEqual(snapshot);
  });

  it("keeps a host that is pinned to a moment at that moment", async () => {
    const folder = await etc({
      "sources.list": "deb http://mirror.example/archive/debian/20250101T000000Z trixie main",
    });
    expect(await findMirrors({ etc: folder, now })).toEqual({
      main: ["http://mirror.example/archive/debian/20250101T000000Z"],
      security: ["http://mirror.example/archive/debian-security/20250101T000000Z"],
      origin: "host",
    });
  });

  it("takes file: mirrors, and refuses lists of mirrors by name", async () => {
    const local = await etc({ "sources.list": "deb file:/srv/debian trixie main" });
    expect((await findMirrors({ etc: local, now })).main).toEqual(["file:///srv/debian"]);
    const list = await etc({ "sources.list": "deb mirror+file:/etc/apt/mirrors/debian trixie main" });
    await expect(findMirrors({ etc: list, now })).rejects.toMatchObject({
      code: "APT_MIRROR_INVALID",
      hint: expect.stringContaining("mirror+file"),
    });
  });

  it("falls back to the snapshot service on a host without apt", async () => {
    expect(await findMirrors({ etc: "/nonexistent", now })).toEqual(snapshot);
  });

  it("prefers configuration to environment to host", async () => {
    const folder = await etc({ "sources.list": "deb http://host.example/debian trixie main" });
    const environment = "http://environment.example/debian";
    const configured = "http://configured.example/debian";
    expect((await findMirrors({ configured, environment, etc: folder, now })).origin).toBe("configuration");
    expect((await findMirrors({ configured: " ", environment, etc: folder, now })).origin).toBe("environment");
    expect((await findMirrors({ environment: "", etc: folder, now })).origin).toBe("host");
  });
});

describe("parseMirrors", () => {
  it.each([
    ["https://m.example/debian", ["https://m.example/debian"], ["https://m.example/debian-security"]],
    [
      "https://a.example/debian/, http://b.example/x/debian https://s.example/debian-security",
      ["https://a.example/debian", "http://b.example/x/debian"],
      ["https://s.example/debian-security"],
    ],
    [
      "main=https://m.example/repository/deb security=https://m.example/repository/deb-sec",
      ["https://m.example/repository/deb"],
      ["https://m.example/repository/deb-sec"],
    ],
    ["https://m.example/debian-security", ["https://m.example/debian"], ["https://m.example/debian-security"]],
    ["https://m.example/all", ["https://m.example/all"], ["https://m.example/all"]],
    [
      "https://user:pass@m.example/debian",
      ["https://user:pass@m.example/debian"],
      ["https://user:pass@m.example/debian-security"],
    ],
    ["file:///srv/debian", ["file:///srv/debian"], ["file:///srv/debian-security"]],
  ])("reads %s", (text, main, security) => {
    expect(parseMirrors(text)).toEqual({ main, security });
  });

  it.each(["nonsense", "ftp://user:hunter2@m.example/debian", "mirror+file:/etc/mirrors", ",", "main="])(
    "refuses %s without showing secrets",
    (text) => {
      expect(() => parseMirrors(text)).toThrow(
        expect.objectContaining({ code: "APT_MIRROR_INVALID", message: expect.not.stringContaining("hunter2") }),
      );
    },
  );
});
