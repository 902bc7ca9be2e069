import { execFile } from "node:child_process";
import { mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "vitest";
import { root, sharedCache } from "../support/cli.ts";
import { newFolder } from "./shared.ts";

/** A shell script of a guide, and the text that is shown below it; "" for none. */
export interface GuideStep {
  readonly script: string;
  readonly shown: string;
}

/** The shell scripts of a guide, each with the text shown below it, with or without a sentence between them. */
export function guideSteps(guide: string): readonly GuideStep[] {
  const blocks = /```sh\n([\s\S]*?)```\n(?:\n(?:[a-z][^\n]*:\n\n)?```\n([\s\S]*?)```)?/g;
  return [...guide.matchAll(blocks)].map(([, script = "", shown = ""]) => ({ script, shown }));
}

/** What a script of a guide printed and ended with. */
export interface GuideResult {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Lines without versions and the blanks around them, which differ from day to day. */
export function guideShapes(text: string): readonly string[] {
  const lines = text.split("\n").filter((line) => line !== "");
  return lines.map((line) => line.replace(/\d[\w.+~:-]*/g, "VERSION").replace(/ {2,}/g, " "));
}

/** A folder in which `hardpan` is a program, and a checkout of it lies in `hardpan`. */
export async function openGuide(variables: Readonly<Record<string, string>> = {}) {
  const folder = await newFolder();
  await mkdir(join(folder, "bin"));
  const program = `#!/bin/sh\nexec "${process.execPath}" "${join(root, "bin", "hardpan.js")}" "$@"\n`;
  await writeFile(join(folder, "bin", "hardpan"), program, { mode: 0o755 });
  await symlink(root, join(folder, "hardpan"));
  const path = `${join(folder, "bin")}:${process.env["PATH"] ?? ""}`;
  const environment = { XDG_CACHE_HOME: sharedCache, ...variables, PATH: path };
  const options = { cwd: folder, env: { ...process.env, ...environment }, maxBuffer: 1 << 24 };
  const shell = async (script: string) =>
    await new Promise<GuideResult>((done) => {
      const child = execFile("sh", ["-e", "-c", script], options, (_, stdout, stderr) =>
        done({ exitCode: child.exitCode, stdout, stderr }),
      );
    });
  return { folder, shell };
}

/** Runs a step: it must end with 0 and print every line that the guide shows, but for versions. Gives what it printed. */
export async function expectShown(
  { shell }: { shell(script: string): Promise<GuideResult> },
  { script, shown }: GuideStep,
): Promise<string> {
  const { exitCode, stdout, stderr } = await shell(script);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: expect.any(String) });
  const printed = guideShapes(stdout);
  expect(guideShapes(shown).filter((line) => !printed.includes(line))).toEqual([]);
  return stdout;
}
