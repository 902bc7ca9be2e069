import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { importAdvisories } from "../../src/vuln/import.ts";
import { openAdvisoryIndex } from "../../src/vuln/index/read.ts";
import { fuzzRounds, seeded } from "../fuzz/mutate.ts";
import { temporaryFolder } from "../support/temporary.ts";
import { feedFolder, lines, now, osvDebian } from "./examples.ts";

const child = fileURLToPath(new URL("import-child.ts", import.meta.url));
const records = 4000;

const feed = async (fixed: string) =>
  await feedFolder({
    "a.ndjson": lines(
      ...Array.from({ length: records }, (_, i) =>
        osvDebian(`CVE-2026-${10_000 + i}`, { [`p${i}`]: fixed, bash: fixed }),
      ),
    ),
  });

it("an import that is killed leaves the old index or the new one, whole", async () => {
  const folders = [await feed("1.0-1"), await feed("2.0-1")];
  const folder = await temporaryFolder();
  const path = join(folder, "index.sqlite");
  await importAdvisories([folders[0] ?? ""], path, { now });
  const random = seeded(7);
  let killed = 0;
  let longest = 500;
  for (let round = 0; round < Math.min(fuzzRounds(8), 100); round++) {
    const importing = spawn(process.execPath, [child, folders[(round + 1) % 2] ?? "", path], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const ended = once(importing, "exit");
    await once(importing.stdout, "data");
    const started = performance.now();
    await Promise.race([pause(random(longest)), ended]);
    if (importing.exitCode === null) killed += importing.kill("SIGKILL") ? 1 : 0;
    else longest = performance.now() - started;
    await ended;
    const index = openAdvisoryIndex(path);
    const fixes = index.debian("bash", "12").map((row) => row.fixed);
    expect(fixes).toHaveLength(records);
    expect(["1.0-1,", "2.0-1,"]).toContain(`${[...new Set(fixes)]},`);
    expect(index.origins).toMatchObject([{ records }]);
    index.close();
  }
  expect(killed).toBeGreaterThan(2);
  const later = new Date(Date.now() + 7_200_000);
  await importAdvisories([folders[0] ?? ""], path, { now: later });
  expect(await readdir(folder)).toEqual(["index.sqlite"]);
}, 120_000);
