import type { LockedArtifact, PlatformLock } from "../../definition/lock.ts";
import type { Definition, DefinitionBuild } from "../../definition/schema.ts";
import type { AddedInput, ImagePlan } from "../../image/build.ts";
import { artifactFragment } from "../../image/input/artifact-fragment.ts";
import { artifactInput } from "../../image/input/definition-input.ts";
import { FlowError } from "../error.ts";
import { type ContentsContext, lockIncomplete, planContents } from "../image/contents-plan.ts";
import { readSources } from "../image/sources.ts";
import type { Ports } from "../ports.ts";
import { outputFragment } from "./output-fragment.ts";

/** One of a definition's builds, expanded, and what it belongs to. */
export interface StageInput {
  readonly build: DefinitionBuild;
  /** The definition, expanded for the same platform. */
  readonly definition: Definition;
  readonly lock: PlatformLock;
  readonly context: ContentsContext;
  readonly identity: Pick<ImagePlan, "platform" | "path" | "distribution" | "version">;
}

/** The outputs of a build as an input of its image: the stage is made and its steps are run only where they were not before. */
export async function planStage(input: StageInput, ports: Ports): Promise<AddedInput> {
  const { build, context } = input;
  if (build.matrix !== undefined) throw unsupported(input, "`matrix`");
  const stage = await stagePlan(input, ports);
  const { platform, recorded } = context;
  const source = outputFragment({ build, stage, platform, recorded, definition: input.definition }, ports);
  return { name: `build ${build.name}`, source };
}

/** The root in which the steps run, as a plan of an image that is never assembled. */
async function stagePlan(input: StageInput, ports: Ports): Promise<ImagePlan> {
  const { build, definition, identity } = input;
  const lock = input.lock.builds.find(({ name }) => name === build.name);
  if (lock === undefined) throw lockIncomplete(`the build ${build.name}`);
  const context: ContentsContext = { ...input.context, recorded: false };
  const contents = planContents(build.contents, lock, { context, ports });
  if (lock.base !== null && contents.packages.length > 0) {
    throw unsupported(input, "packages on top of the image it `uses`");
  }
  const base = lock.base === null ? [] : [baseInput(lock.base, ports)];
  const own: Definition = {
    image: definition.image,
    tags: definition.tags,
    variant: "dev",
    platforms: definition.platforms,
    dates: {},
    output: "layered",
    includes: [],
    vars: {},
    contents: { ...build.contents, builds: [] },
    accounts: build.accounts ?? { root: true, users: [], groups: [] },
    "os-release": {},
    environment: {},
    paths: build.paths,
    annotations: {},
    labels: {},
    entrypoint: [],
    cmd: [],
    ports: [],
    volumes: [],
    tests: [],
  };
  return {
    ...identity,
    ...contents,
    definition: own,
    recorded: false,
    strict: false,
    added: [...base, ...contents.added],
    sources: await readSources(own, ports.catalog),
  };
}

/** The whole of the image that a build `uses`. */
function baseInput(locked: LockedArtifact, ports: Pick<Ports, "cache">): AddedInput {
  const { reference } = locked;
  const input = artifactInput({ item: { name: reference }, locked }, { mtime: 0, recorded: false });
  return { name: `from ${reference}`, source: artifactFragment(input, ports.cache) };
}

function unsupported({ build, identity }: StageInput, what: string): FlowError {
  return new FlowError("FLOW_BUILD_UNSUPPORTED", `${identity.path}: build ${build.name}: ${what} cannot be built`, {
    hint: "write the build without it",
  });
}
