import { join } from "node:path";
import { checkImage } from "../../check/check.ts";
import type { CheckOptions } from "../../check/run/world.ts";
import { loadSpec } from "../../check/spec/load.ts";
import type { CheckSpec } from "../../check/spec/model.ts";
import { createLimiter } from "../../content/limiter.ts";
import { type EngineCandidate, findEngine } from "../../engine/engine.ts";
import { execProgram } from "../../engine/exec.ts";
import { CodedError } from "../../error.ts";
import { parseLocator } from "../../oci/locator.ts";
import { FlowError } from "../error.ts";
import { candidatesFor } from "../image/build-many.ts";
import type { Ports } from "../ports.ts";
import { type EngineImages, engineImages } from "./engine-images.ts";
import { type CheckedImage, type CheckReport, summarize } from "./report.ts";

/** Which images to try, and how. */
export interface CheckImagesRequest {
  /** Empty means every image of the catalogue. */
  readonly references: readonly string[];
  /** The run verification; null means that of the catalogue's image. */
  readonly spec: string | null;
  /** null means the one that answers. */
  readonly engine: "docker" | "podman" | null;
  readonly platform: string | null;
  readonly options: CheckOptions;
  /** Images tried at a time. */
  readonly jobs: number;
  /** Hears of each image when it is done. */
  readonly done: (image: CheckedImage) => void;
}

/**
 * Tries images as their run verifications say, in the local Docker or Podman; images of the catalogue are built when needed. Of
 * several images, one that cannot be tried is `failed` with the reason; of one alone the reason is thrown.
 */
export async function checkImages(request: CheckImagesRequest, ports: Ports): Promise<CheckReport> {
  const engine = await findEngine(execProgram, {
    signal: ports.signal,
    ...(request.engine === null ? {} : { candidates: [candidateOf(request.engine)] }),
  });
  const images = engineImages(engine, ports);
  const references =
    request.references.length > 0
      ? request.references
      : (await candidatesFor([], ports)).map(({ name }) => `catalog://${name}`);
  const limiter = createLimiter(request.jobs);
  const tried = await Promise.allSettled(
    references.map(
      async (reference) =>
        await limiter(async () => {
          ports.signal.throwIfAborted();
          const checked = checkOne(reference, request, { images, engine, ports });
          const one =
            references.length === 1
              ? await checked
              : await checked.catch((cause: unknown) => hindered(reference, cause, ports));
          request.done(one);
          return one;
        }),
    ),
  );
  const results = tried.map((settled) => {
    if (settled.status === "rejected") throw settled.reason;
    return settled.value;
  });
  return {
    schema: "hardpan/check/1",
    engine: { kind: engine.kind, version: engine.version },
    options: request.options,
    images: results,
    summary: summarize(results),
  };
}

function candidateOf(kind: "docker" | "podman"): EngineCandidate {
  return { kind, command: kind };
}

interface World {
  readonly images: EngineImages;
  readonly engine: CheckReport["engine"] & Awaited<ReturnType<typeof findEngine>>;
  readonly ports: Ports;
}

async function checkOne(reference: string, request: CheckImagesRequest, world: World): Promise<CheckedImage> {
  const { images, engine, ports } = world;
  const found = await specFor(reference, request, ports);
  await using stack = new AsyncDisposableStack();
  const held = stack.use(await images.hold(reference, request.platform));
  const image = { reference, digest: held.digest, platform: held.platform };
  const helpers = new Map<string, Promise<string>>();
  const hold = async (helper: string) => stack.use(await images.hold(helper, null)).name;
  const result = await checkImage(
    held,
    {
      spec: found.spec,
      options: request.options,
      begins: (name) => ports.report.step(`checking ${reference}: ${name}`),
    },
    {
      engine,
      helperImage: async (helper) => {
        const holding = helpers.get(helper) ?? hold(helper);
        helpers.set(helper, holding);
        return await holding;
      },
      temporaryDirectory: ports.temporaryDirectory,
      clock: () => ports.now().getTime(),
      signal: ports.signal,
    },
  );
  const reason = result.result === "skipped" ? "none of its checks is for this image" : null;
  return { image, spec: found.file, reason, code: null, ...result };
}

/** An image that could not be tried. */
function hindered(reference: string, cause: unknown, ports: Ports): CheckedImage {
  ports.signal.throwIfAborted();
  if (!(cause instanceof CodedError)) throw cause;
  const { code, message, hint } = cause;
  return {
    image: { reference, digest: null, platform: null },
    spec: null,
    result: "failed",
    reason: hint === undefined ? message : `${message} (${hint})`,
    code,
    seconds: 0,
    checks: [],
  };
}

async function specFor(
  reference: string,
  request: CheckImagesRequest,
  ports: Ports,
): Promise<{ readonly spec: CheckSpec; readonly file: string }> {
  const locator = parseLocator(reference);
  const inCatalog = locator.kind === "catalog" ? `image/${locator.name}/check.yaml` : null;
  const file = request.spec ?? inCatalog;
  const path = request.spec ?? (inCatalog === null ? null : join(ports.catalog, inCatalog));
  const spec = file === null || path === null ? null : await loadSpec(path, { shown: file });
  if (spec !== null && file !== null) return { spec, file };
  throw new FlowError("FLOW_SPEC_MISSING", `there is no ${file ?? `run verification of ${reference}`}`, {
    hint: "say what must hold in a check.yaml, and name it with --spec FILE",
  });
}
