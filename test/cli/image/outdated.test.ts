import { describe, expect, it } from "vitest";
import { outdatedCommand, outdatedOutcome } from "../../../src/cli/image/outdated.ts";
import { silent } from "../../../src/cli/progress.ts";
import type { LockChange } from "../../../src/definition/lock-changes.ts";
import { lockFileFor, writeLock } from "../../../src/flow/image/lock-file.ts";
import type { OutdatedImage } from "../../../src/flow/image/outdated.ts";
import { lockImage } from "../../../src/flow/lock.ts";
import { smallWorld } from "../../support/flow.ts";
import { temporaryFolder } from "../../support/temporary.ts";

const path = "image/a/debian-13/1.yaml";
const about = { path, tag: "1", packages: [], problem: null };
const change = { locked: "1", available: "2", platforms: ["linux/amd64"], stage: null } as const;

function outdated(...packages: readonly LockChange[]): OutdatedImage {
  return { ...about, image: "a", outdated: true, packages };
}

const current: OutdatedImage = { ...about, image: "b", outdated: false };
const unknown: OutdatedImage = {
  ...about,
  image: "c",
  outdated: null,
  problem: { code: "LOCK_INVALID", message: "is not JSON" },
};

function outcomeOf(images: readonly OutdatedImage[], gate = false) {
  const outcome = outdatedOutcome({ schema: "hardpan/outdated/1", images }, { gate });
  return { exitCode: outcome.exitCode, text: outcome.text({ columns: 80, color: false }) };
}

describe("hardpan outdated", () => {
  const old = outdated({ ...change, package: "libc6", reason: "security" });

  it.each<[string, readonly OutdatedImage[], number, number]>([
    ["all is up to date", [current], 0, 0],
    ["something is outdated", [current, old], 0, 2],
    ["something could not be looked up", [current, unknown], 1, 1],
    ["both is so", [old, unknown], 1, 2],
  ])("when %s ends with the code for it, and another as a gate", (_what, images, code, gate) => {
    expect([outcomeOf(images).exitCode, outcomeOf(images, true).exitCode]).toEqual([code, gate]);
  });

  it("tells of every image, whatever is the matter with the others", () => {
    const image = outdated(
      { ...change, package: "definition.yaml", reason: "definition changed" },
      { ...change, package: "linux/arm64", locked: null, reason: "platform not locked" },
      { ...change, package: "libc6", reason: "security" },
      { ...change, package: "catalog://go:1", available: null, reason: "base", stage: "make" },
    );
    const other = outdated({ ...change, package: path, locked: "image/z.yaml", reason: "another definition" });
    expect(outcomeOf([image, unknown, other, current]).text).toBe(`a:1: outdated
  definition.yaml  definition changed
  linux/arm64      platform not locked
  libc6            1 → 2  security
  catalog://go:1   1 → not there  base, stage make
c:1: cannot be looked up: is not JSON (LOCK_INVALID)
a:1: outdated
  the lock is that of image/z.yaml, not of image/a/debian-13/1.yaml
b:1: up to date
`);
  });

  it("ends with 1 where nothing may be fetched and nothing is in the cache", async () => {
    const { catalog, ports } = await smallWorld();
    const { lock, found } = await lockImage({ kind: "image", name: "small:1", platforms: [] }, ports);
    await writeLock(lockFileFor(catalog, found.match.entry.path), lock);
    const options = {
      text: (name: string) => (name === "catalog" ? catalog : null),
      texts: () => [],
      flag: (name: string) => name === "offline",
    };
    const outcome = await outdatedCommand.run(
      { arguments: [], options },
      {
        environment: { XDG_CACHE_HOME: await temporaryFolder(), HARDPAN_DEBIAN_MIRROR: "http://127.0.0.1:9/debian" },
        workingDirectory: catalog,
        now: ports.now,
        signal: ports.signal,
        progress: silent,
        note() {},
      },
    );
    expect(outcome).toMatchObject({ exitCode: 1, json: { images: [{ outdated: null, problem: {} }] } });
  });
});
