import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { configFile, feedAddresses, inputMirrors, readConfig } from "../../src/cli/config.ts";
import { temporaryFolder } from "../support/temporary.ts";

async function read(text: string) {
  const file = join(await temporaryFolder(), "config.yaml");
  await writeFile(file, text);
  return { file, config: readConfig({ HARDPAN_CONFIG: file }) };
}

describe("the configuration file", () => {
  it("is looked for where the environment says, else in the user's configuration folder", () => {
    expect(configFile({ HARDPAN_CONFIG: "/etc/hardpan.yaml" })).toBe("/etc/hardpan.yaml");
    expect(configFile({ XDG_CONFIG_HOME: "/home/ada/.config" })).toBe("/home/ada/.config/hardpan/config.yaml");
  });

  it("sets nothing where there is none", async () => {
    const config = await readConfig({ HARDPAN_CONFIG: join(await temporaryFolder(), "none.yaml") });
    expect(config).toEqual({
      ...{ debianMirror: null, inputMirrors: [], catalog: null, advisories: null },
      ...{ feedMirror: null, feeds: {} },
    });
  });

  it("sets mirrors, one or several, the catalogue, advisories and where feeds lie", async () => {
    expect(await (await read("debian-mirror: https://mirror.example/debian\n")).config).toMatchObject({
      debianMirror: "https://mirror.example/debian",
    });
    const text =
      "debian-mirror: [https://a.example/debian, security=https://b.example/s]\ncatalog: /srv/catalog\nadvisories: /srv/feeds\ninput-mirror: [/srv/inputs, https://c.example/inputs]\nfeed-mirror: /srv/feeds\nfeeds: { kev: https://d.example/kev }\n";
    expect(await (await read(text)).config).toEqual({
      debianMirror: "https://a.example/debian security=https://b.example/s",
      inputMirrors: ["/srv/inputs", "https://c.example/inputs"],
      catalog: "/srv/catalog",
      advisories: "/srv/feeds",
      feedMirror: "/srv/feeds",
      feeds: { kev: "https://d.example/kev" },
    });
  });

  it("is refused with the place of what is wrong", async () => {
    const { file, config } = await read("catalog: /srv\ndebian_mirror: x\n");
    await expect(config).rejects.toMatchObject({
      code: "CLI_CONFIG_INVALID",
      message: expect.stringContaining(`${file}:2:1`),
    });
  });
});

describe("the addresses of feeds", () => {
  const configured = { feedMirror: "/srv/feeds/", feeds: { kev: "kev.json", epss: "https://d.example/epss" } };

  it("are paths and URLs of the configuration, and the mirror that of the environment where it names one", () => {
    expect(feedAddresses({ configured, environment: undefined, directory: "/home/ada" })).toEqual({
      mirror: "file:///srv/feeds",
      replaced: { kev: "file:///home/ada/kev.json", epss: "https://d.example/epss" },
    });
    const environment = "https://mirror.example/feeds/";
    expect(feedAddresses({ configured, environment, directory: "/" }).mirror).toBe("https://mirror.example/feeds");
    const none = { configured: { feedMirror: null, feeds: {} }, environment: "", directory: "/" };
    expect(feedAddresses(none)).toEqual({ mirror: null, replaced: {} });
  });

  it("of another kind are refused", () => {
    const settings = { configured, environment: "ftp://ada:secret@files.example/", directory: "/" };
    expect(() => feedAddresses(settings)).toThrow(
      expect.objectContaining({
        code: "CLI_CONFIG_INVALID",
        message: "cannot use the address of feeds ftp://files.example/",
        hint: expect.stringContaining("HARDPAN_FEED_MIRROR"),
      }),
    );
  });
});

describe("input mirrors", () => {
  it("are folders and addresses of the configuration and the environment", () => {
    const configured = ["https://files.example/inputs/", "/srv/my inputs"];
    const environment = "inputs, file:///srv/other\nhttps://files.example/inputs";
    expect(inputMirrors({ configured, environment, directory: "/home/ada" })).toEqual([
      "https://files.example/inputs",
      "file:///srv/my%20inputs",
      "file:///home/ada/inputs",
      "file:///srv/other",
    ]);
    expect(inputMirrors({ configured: [], environment: undefined, directory: "/" })).toEqual([]);
  });

  it("on a machine that a file: URL names are refused", () => {
    expect(() => inputMirrors({ configured: ["file://inputs"], environment: undefined, directory: "/" })).toThrow(
      expect.objectContaining({ code: "CLI_CONFIG_INVALID", hint: expect.stringContaining("three slashes") }),
    );
  });

  it("of another kind are refused, without showing what may be secret", () => {
    const settings = { configured: [], environment: "ftp://ada:secret@files.example/", directory: "/" };
    expect(() => inputMirrors(settings)).toThrow(
      expect.objectContaining({ code: "CLI_CONFIG_INVALID", message: expect.not.stringContaining("secret") }),
    );
  });
});
