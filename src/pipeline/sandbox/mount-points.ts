import { chmodSync, existsSync, lstatSync, mkdirSync, rmdirSync, unlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { PipelineError } from "../error.ts";
import { pathInRoot } from "../stage/entry.ts";
import type { Owner } from "../stage/ownership.ts";
import { lstatOrNull, resolveInside } from "../stage/resolve.ts";
import type { Stage } from "../stage/root.ts";
import type { Bind } from "./arguments.ts";
import type { Emulation } from "./emulation.ts";
import type { SandboxHost } from "./host.ts";
import { stepWords } from "./limits.ts";
import type { Step, StepPlace } from "./step.ts";

/** What a step needs to find in its root before it starts. */
export interface MountPoints {
  /** Absolute path in the root, free of symlinks. */
  readonly workDir: string;
  readonly binds: readonly Bind[];
  /** Removes again what was made only to be mounted on, unless the step has put something there. */
  remove(): void;
}

/** For which step, and with which emulation. */
export interface MountOptions {
  readonly place: StepPlace;
  readonly emulation: Emulation;
  readonly host: SandboxHost;
}

/**
 * Makes the places that bubblewrap mounts on, and the step's working directory. bubblewrap would follow symlinks out of the
 * root when it makes them itself; here each path is looked up inside the root. Throws PIPELINE_STEP_INVALID and
 * PIPELINE_PATH_INVALID.
 */
export function makeMountPoints(stage: Stage, step: Step, options: MountOptions): MountPoints {
  const { place, emulation, host } = options;
  const made: string[] = [];
  const remove = () => removeMade(stage.directory, made);
  const making: Making = { stage, place, made };
  try {
    for (const name of ["proc", "dev"]) requireFolder(name, making);
    const tmp = makeFolder("/tmp", { ...making, made: [] });
    if (!stage.baseline.has(tmp)) chmodSync(join(stage.directory, tmp), 0o1777);
    const workDir = makeFolder(step.workDir, { ...making, made: [] }, step.user);
    const caches = step.caches.map(({ path, directory }): Bind => {
      const target = makeFolder(path, making);
      if (target === "" || /^(proc|dev|sys)(\/|$)/.test(target)) throw invalid(place, `has a cache at ${path}`);
      return { source: keepCache(directory, stage, step.user), path: `/${target}`, writable: true };
    });
    const files: Bind[] = [];
    if (step.network && existsSync(host.resolvConf)) {
      const target = makeFile("/etc/resolv.conf", making);
      if (target !== null) files.push({ source: host.resolvConf, path: `/${target}`, writable: false });
    }
    if (emulation.kind === "interpreter") {
      const target = makeFile(emulation.interpreter, making);
      if (target !== null) files.push({ source: emulation.program, path: `/${target}`, writable: false });
    }
    return { workDir: `/${workDir}`, binds: [...caches, ...files], remove };
  } catch (cause) {
    remove();
    throw cause;
  }
}

interface Making {
  readonly stage: Stage;
  readonly place: StepPlace;
  /** What was made, outermost first, as paths of the root. */
  readonly made: string[];
}

/** bubblewrap mounts here before it could look where a symlink leads. */
function requireFolder(name: string, { stage, place, made }: Making): void {
  const found = lstatOrNull(join(stage.directory, name));
  if (found?.isDirectory() === true) return;
  if (found !== null) throw invalid(place, `has a root in which /${name} is not a folder`);
  mkdirSync(join(stage.directory, name), { mode: 0o755 });
  made.push(name);
}

/** The folder `path` leads to, made when it is missing, owned by `owner`. */
function makeFolder(path: string, making: Making, owner: Owner = { uid: 0, gid: 0 }): string {
  const { stage, place, made } = making;
  const target = resolveInside(stage.directory, pathInRoot(path, stepWords(place)), { followLast: true });
  const parts = target.split("/");
  for (let depth = 1; depth <= parts.length && target !== ""; depth++) {
    const above = parts.slice(0, depth).join("/");
    const found = lstatOrNull(join(stage.directory, above));
    if (found !== null && !found.isDirectory()) throw invalid(place, `needs the folder ${path}, but /${above} is none`);
    if (found !== null) continue;
    mkdirSync(join(stage.directory, above));
    chmodSync(join(stage.directory, above), 0o755);
    stage.ownership.give(join(stage.directory, above), owner);
    made.push(above);
  }
  return target;
}

/** An empty file at `path` to mount on; null when there is something already. */
function makeFile(path: string, making: Making): string | null {
  const { stage, made } = making;
  const target = resolveInside(stage.directory, pathInRoot(path, stepWords(making.place)), { followLast: true });
  if (lstatOrNull(join(stage.directory, target)) !== null) return null;
  makeFolder(`/${dirname(target) === "." ? "" : dirname(target)}`, making);
  writeFileSync(join(stage.directory, target), "", { flag: "wx", mode: 0o644 });
  made.push(target);
  return target;
}

/** The folder within `directory` that holds a cache; only `directory` itself can be closed to the host's other users. */
function keepCache(directory: string, stage: Stage, owner: Owner): string {
  mkdirSync(directory, { recursive: true });
  chmodSync(directory, 0o700);
  const content = join(directory, "content");
  if (existsSync(content)) return content;
  mkdirSync(content);
  chmodSync(content, 0o755);
  stage.ownership.give(content, owner);
  return content;
}

/** A step may have moved things: only what still is where it was made, behind no symlink, is removed. */
function removeMade(directory: string, made: readonly string[]): void {
  for (const path of [...made].reverse()) {
    try {
      if (resolveInside(directory, path, { followLast: false }) !== path) continue;
      const place = join(directory, path);
      const found = lstatSync(place);
      if (found.isDirectory()) rmdirSync(place);
      else if (found.isFile() && found.size === 0) unlinkSync(place);
    } catch {
      // It is gone, or something is in it.
    }
  }
}

function invalid(place: StepPlace, what: string): PipelineError {
  return new PipelineError("PIPELINE_STEP_INVALID", `${stepWords(place)} ${what}`, {
    hint: "correct the step, or what the build's packages, files and steps before have put there",
  });
}
