import type { Context } from "../../src/cli/context.ts";
import { createPorts } from "../../src/cli/wiring.ts";
import { longestOf } from "../../src/definition/tags.ts";
import { planImage, trueTagsOf } from "../../src/flow/image/plan.ts";
import { lockImage } from "../../src/flow/lock.ts";
import type { Ports } from "../../src/flow/ports.ts";
import { fetchInputs } from "../../src/flow/supply/inputs.ts";
import type { ImagePlan } from "../../src/image/build.ts";

/** The ports a command has, without options and progress. */
export async function benchPorts(): Promise<Ports> {
  const context: Context = {
    environment: process.env,
    workingDirectory: process.cwd(),
    now: () => new Date(),
    signal: new AbortController().signal,
    progress: { step() {}, advance() {}, end() {} },
    note() {},
  };
  return await createPorts({ text: () => null, texts: () => [], flag: () => false }, context);
}

/** The plan of node:24-debian13 for linux/amd64, with its inputs in the cache. */
export async function benchPlan(): Promise<ImagePlan> {
  const ports = await benchPorts();
  const request = { kind: "image", name: "node:24-debian13", platforms: ["linux/amd64"] } as const;
  const { lock, found } = await lockImage(request, ports);
  await fetchInputs(lock, found.platforms, ports);
  const input = { match: found.match, lock, known: await ports.library.substitutions() };
  return await planImage({ ...input, version: longestOf(trueTagsOf(input).tags) }, "linux/amd64", ports);
}
