import { chmod, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, describe, expect, it, vi } from "vitest";
import { newestReference } from "../../../src/flow/reference/newest.ts";
import { smallWorld } from "../../support/flow.ts";
import { refusal } from "../../support/refusal.ts";
import { temporaryFolder } from "../../support/temporary.ts";

afterEach(() => void vi.unstubAllEnvs());

/** Ports beside a program `docker`, the only one on the PATH, that knows these images. */
async function beside(images: readonly { readonly Id: string; readonly RepoTags: readonly string[] }[] | null) {
  const notes: string[] = [];
  const { ports } = await smallWorld({});
  const folder = await temporaryFolder();
  const all = (images ?? []).map((image) => ({
    ...image,
    Os: "linux",
    Architecture: "amd64",
    Created: "2026-01-02T03:04:05.6Z",
  }));
  await writeFile(join(folder, "inspected.json"), JSON.stringify(all));
  await writeFile(join(folder, "ids"), all.map(({ Id }) => `${Id}\n`).join(""));
  const script = `#!/bin/sh
read_file() { while IFS= read -r line || [ -n "$line" ]; do echo "$line"; done < "${folder}/$1"; }
case "$1 $2" in
  "version --format") echo 1.0 ;;
  "image ls") read_file ids ;;
  "image inspect") read_file inspected.json ;;
esac
`;
  await writeFile(join(folder, "docker"), script);
  await chmod(join(folder, "docker"), images === null ? 0o644 : 0o755);
  vi.stubEnv("PATH", folder);
  return { notes, ports: { ...ports, report: { ...ports.report, note: (text: string) => void notes.push(text) } } };
}

describe("a command that names no image", () => {
  const id = `sha256:${"a".repeat(64)}`;

  it.each([
    [["team/app:1", "team/app:latest"], "local://team/app:1"],
    [[], `local://${id}`],
  ])("takes the newest of the engine, by its names %j, and says so", async (RepoTags, expected) => {
    const { notes, ports } = await beside([{ Id: id, RepoTags }]);
    expect(await newestReference(ports)).toBe(expected);
    expect(notes).toEqual([`no image was named: ${expected} is the newest of docker, built 2026-01-02 03:04:05`]);
  });

  it("is told what to name where there is no image or no engine", async () => {
    const empty = await beside([]);
    await expect(newestReference(empty.ports)).rejects.toEqual(refusal("FLOW_IMAGE_UNNAMED", "docker has none"));
    const absent = await beside(null);
    await expect(newestReference(absent.ports)).rejects.toEqual(refusal("FLOW_IMAGE_UNNAMED", "no container engine"));
  });
});
