import { checkImage } from "../../check/check.ts";
import type { CheckOptions } from "../../check/run/world.ts";
import type { CheckSpec } from "../../check/spec/model.ts";
import { createLimiter } from "../../content/limiter.ts";
import { type Engine, type EngineCandidate, findEngine } from "../../engine/engine.ts";
import { execProgram } from "../../engine/exec.ts";
import { CodedError } from "../../error.ts";
import { parsePlatform } from "../../oci/platform.ts";
import { candidatesFor } from "../image/build-many.ts";
import type { Ports } from "../ports.ts";
import { type EngineImages, engineImages } from "./engine-images.ts";
import { type CheckedImage, type CheckReport, summarize } from "./report.ts";
import { specFor } from "./spec.ts";

/** Which images to try, and how. */
export interface CheckImagesRequest {
  /** Empty means every image of the catalogue; then those are skipped that are not for the platform or say nothing of what they must do. */
  readonly references: readonly string[];
  /** The run verification of all of them; null means the check.yaml of the catalogue's image. */
  readonly spec: string | null;
  /** null means the one that answers. */
  readonly engine: "docker" | "podman" | null;
  /** null means this machine's. */
  readonly platform: string | null;
  readonly options: CheckOptions;
  /** Images tried at a time. */
  readonly jobs: number;
  /** Hears of each image when it is done. */
  readonly done: (image: CheckedImage) => void;
}

/** What images are tried with. */
interface World {
  readonly request: CheckImagesRequest;
  readonly engine: Engine;
  readonly images: EngineImages;
  readonly ports: Ports;
}

/** An image to try. */
interface Target {
  readonly reference: string;
  /** Whether it was named, and not only found in the catalogue. */
  readonly named: boolean;
  /** Why it cannot be tried, where that is known already. */
  readonly problem: Error | null;
}

/**
 * Tries images in the local Docker or Podman as their run verifications say; images of the catalogue are built when needed. Of
 * several images, one that cannot be tried is `failed`, with code and reason; of one alone the reason is thrown.
 */
export async function checkImages(request: CheckImagesRequest, ports: Ports): Promise<CheckReport> {
  if (request.platform !== null) parsePlatform(request.platform);
  const { signal } = ports;
  const engine = await findEngine(execProgram, { signal, ...candidatesOf(request.engine) });
  const world: World = { request, engine, images: engineImages(engine, ports), ports };
  const targets = await targetsOf(request, ports);
  const limiter = createLimiter(request.jobs);
  const tried = await Promise.allSettled(
    targets.map(async (target) =>
      limiter(async () => {
        signal.throwIfAborted();
        const image = await tryTarget(target, world).catch((cause: unknown) => {
          signal.throwIfAborted();
          if (targets.length === 1 && target.named) throw cause;
          return hindered(target, cause);
        });
        request.done(image);
        return image;
      }),
    ),
  );
  // Only now, as none may be left behind that still starts containers.
  const images = tried.map((settled) => {
    if (settled.status === "rejected") throw settled.reason;
    return settled.value;
  });
  const { kind, version } = engine;
  return {
    schema: "hardpan/check/1",
    engine: { kind, version },
    options: request.options,
    images,
    summary: summarize(images),
  };
}

function candidatesOf(kind: "docker" | "podman" | null): { readonly candidates?: readonly EngineCandidate[] } {
  return kind === null ? {} : { candidates: [{ kind, command: kind }] };
}

async function targetsOf({ references }: CheckImagesRequest, ports: Ports): Promise<readonly Target[]> {
  if (references.length > 0) return references.map((reference) => ({ reference, named: true, problem: null }));
  const candidates = await candidatesFor([], ports);
  return candidates.map(({ name, problem }) => ({ reference: `catalog://${name}`, named: false, problem }));
}

async function tryTarget(target: Target, { request, engine, images, ports }: World): Promise<CheckedImage> {
  const { reference, named, problem } = target;
  if (problem !== null) throw problem;
  const { spec, file } = await specFor(reference, request.spec, ports);
  await using stack = new AsyncDisposableStack();
  const hold = async (text: string, platform: string | null, anyTag: boolean) =>
    stack.use(await images.hold(text, { platform, anyTag }));
  const image = await hold(reference, request.platform, !named);
  const helpers = new Map<string, Promise<string>>();
  const result = await checkImage(
    image,
    { spec, options: request.options, begins: (name) => ports.report.step(`checking ${reference}: ${name}`) },
    {
      engine,
      helperImage: async (text) => {
        const helper = helpers.get(text) ?? hold(text, null, false).then(({ name }) => name);
        helpers.set(text, helper);
        return await helper;
      },
      temporaryDirectory: ports.temporaryDirectory,
      clock: () => ports.now().getTime(),
      signal: ports.signal,
    },
  );
  return {
    image: { reference: image.reference, digest: image.digest, platform: image.platform },
    spec: file,
    reason: result.result === "skipped" ? whyNothing(spec) : null,
    code: null,
    ...result,
  };
}

function whyNothing({ checks }: CheckSpec): string {
  return checks.length === 0 ? "its check.yaml has no checks" : "none of its checks is for this image";
}

/** What is said of an image that could not be tried. A defect is thrown. */
function hindered({ reference, named }: Target, cause: unknown): CheckedImage {
  if (!(cause instanceof CodedError)) throw cause;
  const { code, message, hint } = cause;
  const isPassedOver = !named && (code === "FLOW_SPEC_MISSING" || code === "FLOW_PLATFORM_UNSUPPORTED");
  return {
    image: { reference, digest: null, platform: null },
    spec: null,
    result: isPassedOver ? "skipped" : "failed",
    reason: hint === undefined || isPassedOver ? message : `${message} (${hint})`,
    code: isPassedOver ? null : code,
    seconds: 0,
    checks: [],
  };
}
