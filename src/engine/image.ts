import { mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { openTemporaryArchive } from "../content/archive-copy.ts";
import type { ImageArchive } from "../content/archive-read.ts";
import { writeArchive } from "../content/archive-write.ts";
import type { Target } from "../oci/graph.ts";
import { asArray, asObject, asString, asStringMap, optional, parseJson } from "../oci/json.ts";
import { normalisePlatform, type Platform } from "../oci/platform.ts";
import { type Engine, engineFailed, runEngine } from "./engine.ts";
import { EngineError } from "./error.ts";

/** An image as the engine knows it. */
export interface EngineImage {
  /** Digest of the configuration. */
  readonly id: string;
  readonly platform: Platform;
  /** Names such as `node:24`. */
  readonly names: readonly string[];
  /** Names by digest, such as `node@sha256:…`, of where the image was pulled from or pushed to. */
  readonly digests: readonly string[];
  /** When it was built, ISO 8601; null where the image does not say. */
  readonly created: string | null;
  readonly labels: Readonly<Record<string, string>>;
  /** As the image says it: a name or a number; null where it does not. */
  readonly stopSignal: string | null;
}

/** What the engine has under `name`; null when nothing. Throws ENGINE_FAILED. */
export async function inspectImage(engine: Engine, name: string, signal?: AbortSignal): Promise<EngineImage | null> {
  const args = ["image", "inspect", checkName(name)];
  const result = await engine.exec(engine.command, args, signal === undefined ? {} : { signal });
  if (result.exitCode !== 0) {
    if (/no such image|image not known|no such object/i.test(result.stderr)) return null;
    throw engineFailed(engine, args, result);
  }
  return readImages(result.stdout, `what ${engine.command} says about ${name}`)[0] ?? null;
}

/** The most recently built image of the engine, the first listed of several; null where it has none. Throws ENGINE_FAILED. */
export async function newestImage(engine: Engine, signal?: AbortSignal): Promise<EngineImage | null> {
  const options = signal === undefined ? {} : { signal };
  const listed = await runEngine(engine, ["image", "ls", "--quiet", "--no-trunc"], options);
  const ids = [...new Set(listed.split("\n").filter((line) => /^(sha256:)?[a-f0-9]{12,64}$/.test(line)))];
  if (ids.length === 0) return null;
  const inspected = await runEngine(engine, ["image", "inspect", ...ids.slice(0, mostInspected)], options);
  const images = readImages(inspected, `what ${engine.command} says about its images`);
  const age = ({ created }: EngineImage) => -(Date.parse(created ?? "") || 0);
  return images.toSorted((a, b) => age(a) - age(b))[0] ?? null;
}

/** Engines list the newest first: it is among these. */
const mostInspected = 500;

function readImages(answer: string, what: string): readonly EngineImage[] {
  const strings = (value: unknown, path: string) => asArray(value, path, asString);
  return asArray(parseJson(Buffer.from(answer, "utf8"), what), what, asObject).map((image) => {
    const variant = optional(image["Variant"], `${what}: Variant`, asString) ?? "";
    const id = asString(image["Id"], `${what}: Id`);
    const config = optional(image["Config"], `${what}: Config`, asObject) ?? {};
    return {
      id: id.startsWith("sha256:") ? id : `sha256:${id}`,
      platform: normalisePlatform({
        os: asString(image["Os"], `${what}: Os`),
        architecture: asString(image["Architecture"], `${what}: Architecture`),
        ...(variant === "" ? {} : { variant }),
      }),
      names: optional(image["RepoTags"], `${what}: RepoTags`, strings) ?? [],
      digests: optional(image["RepoDigests"], `${what}: RepoDigests`, strings) ?? [],
      created: optional(image["Created"], `${what}: Created`, asString) || null,
      labels: optional(config["Labels"], `${what}: Labels`, asStringMap) ?? {},
      stopSignal: optional(config["StopSignal"], `${what}: StopSignal`, asString) || null,
    };
  });
}

/** ENGINE_IMAGE_ABSENT for an image that the engine has not. */
export function imageAbsent({ command }: Engine, name: string): EngineError {
  return new EngineError("ENGINE_IMAGE_ABSENT", `${command} has no image ${name}`, {
    hint: `pull it with ${command} pull ${name}, or name it registry://${name}`,
  });
}

/** Where files on their way may stand; they are as large as the image. */
export interface TemporaryOptions {
  readonly temporaryDirectory: string;
  readonly signal?: AbortSignal;
}

/**
 * Saves the image `name` to a file below `temporaryDirectory` and opens it; closing the archive removes the file. Throws
 * ENGINE_IMAGE_ABSENT, ENGINE_FAILED, and what `openTemporaryArchive` throws.
 */
export async function saveImage(engine: Engine, name: string, options: TemporaryOptions): Promise<ImageArchive> {
  const { temporaryDirectory, signal } = options;
  if ((await inspectImage(engine, name, signal)) === null) throw imageAbsent(engine, name);
  return await openTemporaryArchive(temporaryDirectory, async (file) => {
    await runEngine(engine, ["save", name], { outputFile: file, ...(signal === undefined ? {} : { signal }) });
  });
}

/**
 * Loads what `fill` pushes and tags into the engine, by way of an archive below `temporaryDirectory`: the engine sees it only
 * when it is complete. Returns the names, or the ID of an image without one, that the engine says it has loaded. Throws
 * ENGINE_FAILED, and what `fill` throws.
 */
export async function loadImage(
  engine: Engine,
  fill: (target: Target) => Promise<unknown>,
  options: TemporaryOptions,
): Promise<readonly string[]> {
  return await inTemporaryFolder(options.temporaryDirectory, async (folder) => {
    const file = join(folder, "image.tar");
    await writeArchive(file, fill);
    return await loadArchive(engine, file, options.signal);
  });
}

/** Loads the image archive `file` into the engine; otherwise as `loadImage`. */
export async function loadArchive(engine: Engine, file: string, signal?: AbortSignal): Promise<readonly string[]> {
  // By its standard input: an engine installed as a snap may not open our files itself.
  const output = await runEngine(engine, ["load"], { inputFile: file, ...(signal === undefined ? {} : { signal }) });
  const lines = [...output.matchAll(/^Loaded images?(?:\(s\))?(?: ID)?: *(.+)$/gm)];
  return lines.flatMap((line) => (line[1] ?? "").split(",")).map((name) => name.trim());
}

/** Gives an image a further name. Throws ENGINE_FAILED. */
export async function tagImage(engine: Engine, name: string, further: string): Promise<void> {
  await runEngine(engine, ["tag", checkName(name), checkName(further)]);
}

/** Takes a name from an image, and removes one that has no other. What is not there, or in use, is no failure. */
export async function untagImage(engine: Engine, name: string): Promise<void> {
  await engine.exec(engine.command, ["image", "rm", checkName(name)]);
}

async function inTemporaryFolder<Result>(parent: string, task: (folder: string) => Promise<Result>): Promise<Result> {
  const folder = await mkdtemp(join(parent, "hardpan-"));
  try {
    return await task(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** A name that begins with a dash would be read as an option. */
function checkName(name: string): string {
  if (/^[A-Za-z0-9]/.test(name)) return name;
  throw new EngineError("ENGINE_IMAGE_ABSENT", `${JSON.stringify(name.slice(0, 200))} is not the name of an image`, {
    hint: "name it as the engine lists it, such as node:24",
  });
}
