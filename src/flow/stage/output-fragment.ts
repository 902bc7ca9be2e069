import { createHash } from "node:crypto";
import { join } from "node:path";
import { collect } from "../../archive/bytes.ts";
import type { LockedPlatform } from "../../definition/lock.ts";
import type { Definition, DefinitionBuild } from "../../definition/schema.ts";
import { whiteoutOf } from "../../facts/whiteout.ts";
import { composeRoot, type ImagePlan } from "../../image/build.ts";
import { componentRecord } from "../../image/component.ts";
import { planKey } from "../../image/image-record.ts";
import { imageName } from "../../image/labels.ts";
import { directoryEntry, type Entry, fileEntry, symlinkEntry } from "../../image/layer/entry.ts";
import type { FragmentSource } from "../../image/layer/fragment.ts";
import { survivingEntries } from "../../image/layer/squash.ts";
import type { Stack } from "../../image/layer/stack.ts";
import { refuseNetwork, runBuild } from "../../pipeline/run.ts";
import type { OutputEntry, StageEntry } from "../../pipeline/stage/entry.ts";
import { createStage } from "../../pipeline/stage/root.ts";
import type { Ports } from "../ports.ts";
import { checkOutput, givenSecrets } from "./output-check.ts";
import { hasStandIn, standInPath } from "./stand-in-shell.ts";
import { definitionFile, plannedSteps, stepsOf } from "./steps.ts";

/** A build and the root it runs in. */
export interface OutputRequest {
  readonly build: DefinitionBuild;
  readonly stage: ImagePlan;
  /** That of the stage, which its steps run for. */
  readonly platform: LockedPlatform;
  readonly recorded: boolean;
  /** Of the image: for the name of what the outputs are recorded as. */
  readonly definition: Definition;
}

const rules = "build-outputs/4";
const fileLimit = 2 ** 32;
/** In milliseconds: two days. Steps take hours at most. */
const abandonedAfter = 48 * 3600 * 1000;

/**
 * The fragment of a build's outputs, named by all that goes into it; the steps run when it is not in the cache. Throws
 * PIPELINE_NETWORK_REFUSED, and what `actionScript` throws.
 */
export function outputFragment(request: OutputRequest, ports: Ports): FragmentSource {
  const { build, stage, recorded } = request;
  const { name, pipeline, outputs, environment, shell = null, privileged = null } = build;
  const workDir = build["work-dir"] ?? null;
  const steps = plannedSteps(build, { plan: stage, fips: isFips(request) });
  // Also of outputs that are in the cache: what is built does not depend on what was built before.
  refuseNetwork({ definition: definitionFile(stage), build: name, steps, allowNetwork: ports.allowNetwork });
  // What actions stand for may change with Hardpan; a secret's value is no part of what is made.
  const scripts = steps.flatMap(({ texts }) => texts);
  const made = { name, pipeline, scripts, outputs, environment, shell, privileged, workDir, recorded };
  const hash = createHash("sha256").update(planKey(stage, ports.packings.gzip)).update(JSON.stringify(made));
  const open = async () => ({ entries: outputEntries(request, ports) });
  return { key: `${rules} ${hash.digest("hex")}`, open };
}

function isFips({ definition }: OutputRequest): boolean {
  return definition["fips-compliant"] === true;
}

async function* outputEntries(request: OutputRequest, ports: Ports): AsyncGenerator<Entry> {
  const { build, stage: plan } = request;
  const place = `${plan.path}: build ${build.name}`;
  ports.report.step(`preparing ${place}`);
  const stack = await composeRoot(plan, ports.packings.gzip);
  const epoch = stack.layers.reduce((newest, layer) => Math.max(newest, layer.newest), 0);
  const host = ports.sandboxHost();
  const parent = await ports.cache.folder("stages");
  const abandonedBefore = new Date(ports.now().getTime() - abandonedAfter);
  const where = { parent, uid: host.uid, signal: ports.signal, abandonedBefore };
  await using stage = await createStage(stageEntries(stack, ports), where);
  const cacheFolder = join(await ports.cache.folder("build-caches"), imageName(request.definition));
  const outputs = await runBuild(
    {
      definition: definitionFile(plan),
      build: build.name,
      platform: request.platform,
      steps: stepsOf(build, { plan, fips: isFips(request), root: stack.root, epoch, cacheFolder }),
      outputs: build.outputs.map(({ source, target, uid, gid, mode, diff }) => {
        const bits = mode === undefined ? undefined : Number.parseInt(mode, 8);
        return { source, target, uid, gid, mode: bits, diff };
      }),
      epoch,
      allowNetwork: ports.allowNetwork,
    },
    stage,
    {
      host,
      secrets: ports.secrets,
      signal: ports.signal,
      log: (line, step) => ports.report.step(`${place}: ${step}: ${line}`),
    },
  );
  const owned: string[] = [];
  const check = { place, secrets: givenSecrets(build, ports.secrets) };
  for (const output of outputs) {
    const entry = await entryOf(output);
    if (output.type !== "whiteout") checkOutput(entry, check);
    if (output.type !== "directory" && output.type !== "whiteout") owned.push(output.path);
    yield entry;
  }
  if (request.recorded) yield componentRecord(componentOf(request), owned, epoch);
}

/** What the layers of a stage amount to, in the order a root can be filled. */
async function* stageEntries(stack: Stack, ports: Ports): AsyncGenerator<StageEntry> {
  for await (const entry of survivingEntries(stack.layers, stack.root, ports.packings.gzip)) {
    const { type } = entry;
    if (type === "character" || type === "block" || type === "fifo") continue;
    yield { ...entry, type };
  }
  if (hasStandIn(stack.root)) yield { ...symlinkEntry(standInPath, "bash"), type: "symlink" };
}

async function entryOf(output: OutputEntry): Promise<Entry> {
  const { path, type, mode, uid, gid, mtime, linkPath } = output;
  const attributes = { mode, uid, gid, mtime };
  if (type === "whiteout") return fileEntry(whiteoutOf(path), "", { mtime });
  if (type === "directory") return directoryEntry(path, attributes);
  const limit = { limit: fileLimit, what: `the output ${path}` };
  const content = type === "file" ? await collect(output.content, limit) : new Uint8Array(0);
  return { path, type, ...attributes, linkPath, content };
}

/** What owns a build's outputs in the bill of materials. */
function componentOf({ build, stage, definition }: OutputRequest) {
  const name = `${imageName(definition)}-build-${build.name}`;
  return {
    type: "hardpan",
    name,
    version: stage.version,
    purl: `pkg:generic/hardpan/${encodeURIComponent(name)}@${encodeURIComponent(stage.version)}`,
    licenses: [],
    supplier: null,
    comments: [`made by the build ${build.name} of ${stage.path}`],
  } as const;
}
