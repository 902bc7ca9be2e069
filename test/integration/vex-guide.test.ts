import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readPrivateKey } from "../../src/attest/key/read.ts";
import { attachEnvelopes, statementOf } from "../attest/attached.ts";
import { root } from "../support/cli.ts";
import { type AppImage, startAppImage, writeAppAdvisories } from "./app-image.ts";
import { guideSteps, openGuide } from "./guide.ts";
import { removeFolder } from "./shared.ts";

const guide = await readFile(join(root, "docs", "guides", "vex.md"), "utf8");
const scripts = guideSteps(guide).map(({ script }) => script);
const [, example = ""] = /```json\n([\s\S]*?)```/.exec(guide) ?? [];

describe("docs/guides/vex.md", () => {
  let place: Awaited<ReturnType<typeof openGuide>>;
  let app: AppImage;
  const run = async (script: string) => {
    const { exitCode, stdout, stderr } = await place.shell(app.placed(script));
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: expect.any(String) });
    return stdout;
  };

  // The document lies in `vex/`, and the same is attested for the image, signed with `acme.key`.
  beforeAll(async () => {
    place = await openGuide({ HARDPAN_ADVISORIES: "advisories", XDG_CACHE_HOME: "cache" });
    app = await startAppImage();
    await writeAppAdvisories(join(place.folder, "advisories"));
    await place.shell("hardpan key generate --output-key-prefix acme");
    const document = app.placed(example);
    await mkdir(join(place.folder, "vex"));
    await writeFile(join(place.folder, "vex", "app.json"), document);
    const key = readPrivateKey(await readFile(join(place.folder, "acme.key")), "acme.key");
    const statement = statementOf({ subjects: [app.image.digest], predicate: JSON.parse(document) });
    await attachEnvelopes(app.repository, app.image, { statements: [statement], keys: [key] });
  });
  afterAll(async () => {
    await app[Symbol.asyncDispose]();
    await removeFolder(place.folder);
  });

  it("has a command for each way to name what counts", () => {
    expect(scripts.filter((script) => script.includes("--vex-location vex/"))).toHaveLength(2);
    expect(scripts.filter((script) => script.includes("--vex-key acme.pub"))).toHaveLength(1);
    expect(scripts).toHaveLength(3);
  });

  it.each(scripts)("suppresses what the document answers: %s", async (script) => {
    const text = await run(script);
    expect(text).toContain("0 = 0 fixable + 0 unfixed, 0 negligible, 1 suppressed");
    expect(text).toContain("nothing in the image starts a shell");
  });

  it("counts what is only claimed, or said by somebody who was not asked for, and shows it", async () => {
    const [named = ""] = scripts;
    const bare = named.replace(" --vex-location vex/", "");
    expect(bare).not.toBe(named);
    const claimed = await run(bare);
    expect(claimed).toContain("1 = 1 fixable + 0 unfixed, 0 negligible, 0 suppressed");
    expect(claimed).toContain("claimed, not trusted: not_affected by Acme Security");
    const other = await run(`${named.trim()} --vex-author '@other\\.example>$'`);
    expect(other).toContain("0 suppressed");
    expect(other).toContain("other author: not_affected by Acme Security");
  });
});
