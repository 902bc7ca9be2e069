import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readPublicKey } from "../../src/attest/key/read.ts";
import { commands } from "../../src/cli/commands.ts";
import { openvex } from "../attest/attached.ts";
import { root } from "../support/cli.ts";
import { cosign, cosignProgram } from "../support/cosign.ts";
import { has } from "../support/program.ts";
import { type AppImage, startAppImage, writeAppAdvisories } from "./app-image.ts";
import { guideSteps, openGuide } from "./guide.ts";
import { removeFolder } from "./shared.ts";

const guide = await readFile(join(root, "docs", "guides", "keys.md"), "utf8");
const scripts = guideSteps(guide).map(({ script }) => script);
const scriptWith = (text: string) => scripts.find((script) => script.includes(text)) ?? "";

describe("docs/guides/keys.md", () => {
  let place: Awaited<ReturnType<typeof openGuide>>;
  let app: AppImage;
  beforeAll(async () => {
    place = await openGuide({ HARDPAN_ADVISORIES: "advisories", XDG_CACHE_HOME: "cache" });
    app = await startAppImage();
    await writeAppAdvisories(join(place.folder, "advisories"));
  });
  afterAll(async () => {
    await app[Symbol.asyncDispose]();
    await removeFolder(place.folder);
  });

  it("makes a key pair", async () => {
    expect(await place.shell(scriptWith("hardpan key generate"))).toMatchObject({ exitCode: 0 });
    const key = await readFile(join(place.folder, "keys", "release.key"), "utf8");
    expect(key).toContain("ENCRYPTED PRIVATE KEY");
  });

  it.skipIf(!has("openssl"))("takes a pair of openssl's, and names a key as openssl does (needs openssl)", async () => {
    expect(await place.shell(scriptWith("openssl genpkey"))).toMatchObject({ exitCode: 0 });
    const { stdout } = await place.shell(scriptWith("sha256sum"));
    const { id } = readPublicKey(await readFile(join(place.folder, "release.pub")), "release.pub");
    expect(stdout).toBe(`${id}  -\n`);
  });

  it("names the commands that have --vex-key, and no others", () => {
    const [, list = ""] = /`--vex-key` is an option of ([^.]*)\./.exec(guide) ?? [];
    const named = [...list.matchAll(/`([a-z]+)`/g)].map(([, name]) => name);
    const having = commands.filter(({ options }) => options.some(({ form }) => form.startsWith("--vex-key")));
    expect(named.toSorted()).toEqual(having.map(({ name }) => name).toSorted());
  });

  it.skipIf(cosignProgram === null)("has a VEX document count for whoever names its key (needs cosign)", async () => {
    const document = JSON.stringify(openvex()).replace("zlib1g", "bash");
    await writeFile(join(place.folder, "app.vex.json"), document);
    const [, generate = "", attest = ""] = /^cosign (.*)\ncosign (.*)\n$/.exec(app.placed(scriptWith("cosign"))) ?? [];
    await cosign(place.folder, ...generate.split(" "));
    await cosign(place.folder, ...attest.split(" "), "--allow-insecure-registry=true", "--allow-http-registry=true");
    const script = app.placed(scriptWith("--vex-key cosign.pub"));
    expect((await place.shell(script)).stdout).toContain("1 suppressed");
    const without = (await place.shell(script.replace(" --vex-key cosign.pub", ""))).stdout;
    expect(without).toContain("0 suppressed");
    expect(without).toContain("claimed, not trusted");
  });
});
