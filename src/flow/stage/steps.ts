import { createHash } from "node:crypto";
import { join } from "node:path";
import type { DefinitionBuild } from "../../definition/schema.ts";
import { findFile } from "../../facts/path.ts";
import type { ImagePlan } from "../../image/build.ts";
import { runIdentity } from "../../image/definition/accounts.ts";
import { accountsOf } from "../../image/definition/entries.ts";
import type { Root } from "../../image/layer/root.ts";
import type { ActionScript } from "../../pipeline/action/action.ts";
import { actionScript } from "../../pipeline/action/script.ts";
import type { Step, StepCache, StepSecret } from "../../pipeline/sandbox/step.ts";
import { FlowError } from "../error.ts";
import { stageFolders } from "../scope.ts";
import { hasStandIn, standInPath } from "./stand-in-shell.ts";

/** What steps run in. */
export interface StepContext {
  readonly plan: ImagePlan;
  /** Whether the image that the build is for is in FIPS mode. */
  readonly fips: boolean;
  /** The stage's files. */
  readonly root: Root;
  /** SOURCE_DATE_EPOCH. */
  readonly epoch: number;
  /** Where folders that outlive the build are kept on the host. */
  readonly cacheFolder: string;
}

type DefinitionStep = DefinitionBuild["pipeline"][number];
type NamedStep = DefinitionStep & { readonly name: string };

/** The steps of a build as the sandbox runs them: scripts as they are, actions as the scripts they stand for. */
export function stepsOf(build: DefinitionBuild, context: StepContext): readonly Step[] {
  return namedSteps(build).map((step) => stepOf(step, build, context));
}

/** The file of a plan's definition, as messages name it. */
export function definitionFile({ path }: ImagePlan): string {
  return `${path}.yaml`;
}

/** What a step is called in messages: its name, or its place. */
export function stepName({ name }: Pick<DefinitionStep, "name">, index: number): string {
  return name ?? `step ${index + 1}`;
}

/** A step as far as it does not depend on its root. */
export interface PlannedStep {
  readonly name: string;
  readonly network: boolean;
  /** The script and variables that its action stands for; none where it has a script of its own. */
  readonly texts: readonly string[];
}

/** The steps of a build, in their order. Throws what `actionScript` throws. */
export function plannedSteps(
  build: DefinitionBuild,
  context: Pick<StepContext, "plan" | "fips">,
): readonly PlannedStep[] {
  return namedSteps(build).map((step) => {
    if (step.uses !== undefined && (step.runs ?? "") !== "") throw twofold(step, build, context.plan);
    const action =
      step.uses === undefined ? null : scriptOf(step.uses, { step, build, context: { ...context, epoch: 0 } });
    return {
      name: step.name,
      network: needsNetwork(step, build, action),
      texts: action === null ? [] : [action.script, JSON.stringify(action.environment)],
    };
  });
}

function twofold({ name }: NamedStep, build: DefinitionBuild, { path }: ImagePlan): FlowError {
  return new FlowError(
    "FLOW_BUILD_UNSUPPORTED",
    `${path}: build ${build.name}, ${name}: it has \`runs\` and \`uses\``,
    {
      hint: "make two steps of it",
    },
  );
}

function needsNetwork(step: DefinitionStep, build: DefinitionBuild, action: ActionScript | null): boolean {
  return step.privileged === true || build.privileged === true || action?.network === true;
}

function namedSteps({ pipeline }: DefinitionBuild): readonly NamedStep[] {
  return pipeline.map((step, index) => ({ ...step, name: stepName(step, index) }));
}

function stepOf(step: NamedStep, build: DefinitionBuild, context: StepContext): Step {
  const action = step.uses === undefined ? null : scriptOf(step.uses, { step, build, context });
  return {
    name: step.name,
    script: action?.script ?? step.runs ?? "",
    shell: shellFor(action?.shell ?? step.shell ?? build.shell ?? null, { step: step.name, build, context }),
    environment: { ...action?.environment, ...build.environment, ...step.environment },
    workDir: workDirOf(step, build),
    network: needsNetwork(step, build, action),
    user: userOf(step, build, context.plan),
    secrets: step.secrets.map(secretOf),
    caches: [...build.caches, ...step.caches].map((cache) => cacheOf(cache, build, context)),
  };
}

function workDirOf(step: DefinitionStep, build: DefinitionBuild): string {
  return step["work-dir"] ?? build["work-dir"] ?? stageFolders.source;
}

function scriptOf(
  uses: string,
  where: {
    readonly step: NamedStep;
    readonly build: DefinitionBuild;
    readonly context: Pick<StepContext, "plan" | "fips" | "epoch">;
  },
) {
  const { step, build, context } = where;
  const { plan, fips, epoch } = context;
  return actionScript(uses, step.with ?? {}, {
    arch: plan.platform.architecture === "arm64" ? "arm64" : "amd64",
    fips,
    targetDir: stageFolders.target,
    workDir: workDirOf(step, build),
    epoch,
    definition: definitionFile(plan),
    build: build.name,
    step: step.name,
  });
}

/** `bash`, `/bin/busybox sh` or, where nothing is said, what the stage has: bash before sh before busybox. */
function shellFor(
  wanted: string | null,
  { step, build, context }: { readonly step: string; readonly build: DefinitionBuild; readonly context: StepContext },
): readonly string[] {
  const choices = wanted === null ? ["bash", "sh", "busybox sh"] : isSh(wanted) ? [wanted, "busybox sh"] : [wanted];
  for (const choice of choices) {
    const [program = "", ...rest] = choice.trim().split(/\s+/);
    if (isSh(program) && hasStandIn(context.root)) return [`/${standInPath}`, ...rest];
    const folders = program.includes("/") ? [""] : ["/bin/", "/usr/bin/", "/usr/local/bin/", "/sbin/", "/usr/sbin/"];
    const found = folders.find((folder) => findFile(context.root, `${folder}${program}`.slice(1)) !== null);
    if (found !== undefined) return [`${found}${program}`, ...rest];
  }
  throw new FlowError(
    "FLOW_BUILD_UNSUPPORTED",
    `${context.plan.path}: build ${build.name}, ${step}: its root has no ${wanted ?? "shell"}`,
    { hint: "list a package that brings it in the build's contents, such as bash or busybox" },
  );
}

function isSh(shell: string): boolean {
  return /^(\/(usr\/)?bin\/)?sh$/.test(shell.trim());
}

function userOf(step: NamedStep, build: DefinitionBuild, { path, definition }: ImagePlan): Step["user"] {
  const what = `${path}: build ${build.name}, ${step.name}: run-as`;
  const { uid, gid } = runIdentity({ ...accountsOf(definition), runAs: step["run-as"] ?? "root" }, what);
  return { uid, gid };
}

function secretOf({ id, env, optional }: DefinitionStep["secrets"][number]): StepSecret {
  return { id, env: env ?? id.toUpperCase().replaceAll(/[^A-Z0-9_]/g, "_"), optional: optional ?? false };
}

/** A folder of the image's own, so that what one image's steps leave there does not reach another's. */
function cacheOf(
  { path, sharing = "shared" }: DefinitionBuild["caches"][number],
  build: DefinitionBuild,
  { cacheFolder, plan }: StepContext,
): StepCache {
  const owner = sharing === "private" ? `${plan.path} ${build.name}` : "";
  const name = createHash("sha256").update(`${owner} ${plan.platform.architecture} ${path}`).digest("hex").slice(0, 16);
  return { path, directory: join(cacheFolder, name) };
}
