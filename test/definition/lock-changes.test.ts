import { describe, expect, it } from "vitest";
import type {
  ContentsLock,
  Lock,
  LockedArtifact,
  LockedFile,
  LockedPackage,
  LockedPlatform,
  PlatformLock,
} from "../../src/definition/lock.ts";
import { lockChanges } from "../../src/definition/lock-changes.ts";

const hex = (seed: string) => Buffer.from(seed).toString("hex").padEnd(64, "0").slice(0, 64);

function deb(name: string, version: string, suite = "debian:trixie"): LockedPackage {
  const source = { name, version };
  return { name, version, architecture: "all", source, filename: name, size: 1, sha256: hex(name + version), suite };
}

function npm(name: string, version: string): ContentsLock["npm"][number] {
  const integrity = `sha512-${"A".repeat(86)}==`;
  const rest = { integrity, size: 1, origin: `npm:${name}`, comparedWithOfficial: "not compared" as const };
  return { name, version, sha256: hex(name + version), ...rest };
}

function image(reference: string, manifest: string): LockedArtifact {
  return { reference, manifest: `sha256:${hex(manifest)}`, layers: [] };
}

function file(url: string, content: string, commit: string | null = null): LockedFile {
  return { url, commit, sha256: hex(content), size: 1 };
}

function contents(packages: readonly LockedPackage[], tarballs: ContentsLock["npm"] = []): ContentsLock {
  return { packages, npm: tarballs, cut: [], files: [], artifacts: [] };
}

function platform(inside: ContentsLock, stages: Readonly<Record<string, ContentsLock>> = {}): PlatformLock {
  const builds = Object.entries(stages).map(([name, stage]) => ({ name, base: null, ...stage }));
  return { ...inside, builds };
}

function lockOf(platforms: Lock["platforms"], definition = "a"): Lock {
  return {
    schema: "hardpan/lock/1",
    definition: { path: "image/x/debian-13/1.yaml", sha256: hex(definition) },
    releases: [],
    platforms,
  };
}

const only = (inside: ContentsLock) => lockOf({ "linux/amd64": platform(inside) });
const both = ["linux/amd64", "linux/arm64"];

describe("lockChanges", () => {
  it("finds nothing between equal locks, whatever the order", () => {
    const [a, b] = [deb("a", "1"), deb("b", "1")];
    expect(lockChanges(only(contents([a, b])), only(contents([b, a])))).toEqual([]);
  });

  it("tells two versions of one npm package apart, in whatever order they stand", () => {
    const [old, current, newer] = [npm("node", "22.1"), npm("node", "24.1"), npm("node", "24.2")];
    const before = only(contents([], [old, current]));
    expect(lockChanges(before, only(contents([], [current, old])))).toEqual([]);
    expect(lockChanges(before, only(contents([], [newer, old])))).toMatchObject([
      { package: "node", locked: "24.1", available: "24.2" },
    ]);
  });

  it("tells security updates from others, and what is needed no longer or newly", () => {
    const before = only(contents([deb("gone", "1"), deb("libc6", "1"), deb("libssl3", "1")], [npm("tool", "1")]));
    const now = only(
      contents(
        [deb("libc6", "2", "debian:trixie-updates"), deb("libssl3", "2", "debian:trixie-security"), deb("new", "1")],
        [npm("tool", "2")],
      ),
    );
    const told = lockChanges(before, now).map((one) => [one.package, one.locked, one.available, one.reason]);
    expect(told).toEqual([
      ["gone", "1", null, "removed"],
      ["libc6", "1", "2", "update"],
      ["libssl3", "1", "2", "security"],
      ["new", null, "1", "update"],
      ["tool", "1", "2", "npm"],
    ]);
  });

  it("finds other bytes under the same version", () => {
    const rebuilt = { ...deb("web", "1", "repository:https://a.example/x ./"), sha256: hex("other") };
    expect(lockChanges(only(contents([deb("web", "1")])), only(contents([rebuilt])))).toMatchObject([
      { package: "web", locked: "1", available: "1", reason: "update" },
    ]);
  });

  it("sums up what is the same on both platforms, and names one that was not locked", () => {
    const before = {
      "linux/amd64": platform(contents([deb("a", "1")])),
      "linux/arm64": platform(contents([deb("a", "1")])),
    };
    const after = {
      "linux/amd64": platform(contents([deb("a", "2"), deb("x86", "1")])),
      "linux/arm64": platform(contents([deb("a", "2")])),
    };
    expect(lockChanges(lockOf(before), lockOf(after)).map((one) => [one.package, one.platforms])).toEqual([
      ["a", both],
      ["x86", ["linux/amd64"]],
    ]);
    expect(lockChanges(only(contents([])), lockOf(after)).map((one) => [one.package, one.platforms])).toEqual([
      ["linux/arm64", ["linux/arm64"]],
      ["a", ["linux/amd64"]],
      ["x86", ["linux/amd64"]],
    ]);
  });

  it("names platforms that only the lock or only the definition has", () => {
    const [amd64, arm64] = [platform(contents([])), platform(contents([]))];
    const told = (locked: Lock["platforms"], offered: readonly LockedPlatform[]) =>
      lockChanges(lockOf(locked), lockOf({ "linux/amd64": amd64 }), { offered });
    const about = { package: "linux/arm64", platforms: ["linux/arm64"], stage: null };
    expect(told({ "linux/amd64": amd64 }, ["linux/amd64", "linux/arm64"])).toEqual([
      { ...about, locked: null, available: "linux/arm64", reason: "platform not locked" },
    ]);
    expect(told({ "linux/amd64": amd64, "linux/arm64": arm64 }, ["linux/amd64"])).toEqual([
      { ...about, locked: "linux/arm64", available: null, reason: "platform not made" },
    ]);
  });

  it("finds files, commits of git trees and images that are others now", () => {
    const before = {
      files: [file("https://a/x", "1"), file("git+https://a/y#v1", "y", "a")],
      artifacts: [image("i:1", "1")],
    };
    const now = {
      files: [file("https://a/x", "2"), file("git+https://a/y#v1", "z", "b")],
      artifacts: [image("i:1", "2")],
    };
    const told = lockChanges(only({ ...contents([]), ...before }), only({ ...contents([]), ...now }));
    expect(told.map((one) => [one.package, one.locked, one.available, one.reason])).toEqual([
      ["git+https://a/y#v1", "a", "b", "file"],
      ["https://a/x", hex("1"), hex("2"), "file"],
      ["i:1", `sha256:${hex("1")}`, `sha256:${hex("2")}`, "artifact"],
    ]);
  });

  it("finds another tree under the same commit, and files and images that are new or gone", () => {
    const before = { files: [file("git+https://a/y#v1", "y", "a"), file("https://a/x", "1")], artifacts: [] };
    const now = { files: [file("git+https://a/y#v1", "z", "a")], artifacts: [image("i:1", "1")] };
    const told = lockChanges(only({ ...contents([]), ...before }), only({ ...contents([]), ...now }));
    expect(told.map((one) => [one.package, one.locked, one.available, one.reason])).toEqual([
      ["git+https://a/y#v1", hex("y"), hex("z"), "file"],
      ["https://a/x", hex("1"), null, "file"],
      ["i:1", null, `sha256:${hex("1")}`, "artifact"],
    ]);
  });

  it("finds another image under a build stage", () => {
    const on = (base: LockedArtifact) =>
      lockOf({ "linux/amd64": { ...contents([]), builds: [{ name: "compile", base, ...contents([]) }] } });
    expect(lockChanges(on(image("go:1", "1")), on(image("go:1", "2")))).toEqual([
      {
        package: "go:1",
        locked: `sha256:${hex("1")}`,
        available: `sha256:${hex("2")}`,
        reason: "base",
        platforms: ["linux/amd64"],
        stage: "compile",
      },
    ]);
  });

  it("names the build stage", () => {
    const before = lockOf({ "linux/amd64": platform(contents([]), { compile: contents([deb("gcc", "1")]) }) });
    const after = lockOf({ "linux/amd64": platform(contents([]), { compile: contents([deb("gcc", "2")]) }) });
    expect(lockChanges(before, after)).toMatchObject([{ package: "gcc", stage: "compile" }]);
  });

  it("says of another definition's lock no more than that", () => {
    const now = only(contents([deb("a", "2")]));
    const definition = { path: "image/y/debian-13/1.yaml", sha256: now.definition.sha256 };
    expect(lockChanges({ ...only(contents([deb("a", "1")])), definition }, now)).toEqual([
      {
        package: "image/x/debian-13/1.yaml",
        locked: "image/y/debian-13/1.yaml",
        available: "image/x/debian-13/1.yaml",
        reason: "another definition",
        platforms: ["linux/amd64"],
        stage: null,
      },
    ]);
  });

  it("says first that the definition is another", () => {
    const platforms = { "linux/amd64": platform(contents([deb("a", "1")])) };
    expect(lockChanges(lockOf(platforms, "a"), lockOf(platforms, "b"))).toEqual([
      {
        package: "image/x/debian-13/1.yaml",
        locked: hex("a"),
        available: hex("b"),
        reason: "definition changed",
        platforms: ["linux/amd64"],
        stage: null,
      },
    ]);
  });
});
