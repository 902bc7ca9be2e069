import { type Problem, printProblem } from "../../definition/problem.ts";
import { type DataReading, readData } from "../../definition/text/read-data.ts";
import { CheckError } from "../error.ts";
import { patternText } from "../pattern.ts";
import type { Check, CheckSpec, ContainerSettings, Expectation, SpecFile, Step } from "./model.ts";
import {
  type CheckData,
  type ContainerData,
  checkSchema,
  isService,
  type OutcomeData,
  type SpecData,
  type StepData,
} from "./schema.ts";

/** Where a specification comes from. */
export interface SpecOrigin {
  /** As messages name it. */
  readonly file: string;
  /** The content of a file that the specification names by `source`, or what is wrong with it. */
  readonly source: (path: string) => Uint8Array | { readonly problem: string };
}

/** Reads a run verification. Throws CHECK_SPEC_INVALID with file, line and column of each problem. */
export function parseSpec(text: string, { file, source }: SpecOrigin): CheckSpec {
  const read = readData(text, checkSchema);
  if (!read.ok) throw invalid(read.problems, file);
  const problems: Problem[] = [];
  const reader: Reader = { place: read.place, source, problems };
  const spec = specOf(read.data, reader);
  if (problems.length > 0) throw invalid(problems, file);
  return spec;
}

function invalid(problems: readonly Problem[], file: string): CheckError {
  const shown = problems.slice(0, 20).map((problem) => printProblem(problem, file));
  return new CheckError("CHECK_SPEC_INVALID", shown.join("\n"), {
    hint: "docs/guides/checking.md explains every key of a check.yaml",
  });
}

type Path = readonly (string | number)[];

interface Reader {
  readonly place: Extract<DataReading<unknown>, { readonly ok: true }>["place"];
  readonly source: SpecOrigin["source"];
  readonly problems: Problem[];
}

function specOf(data: SpecData, reader: Reader): CheckSpec {
  return {
    tmpfs: data.tmpfs,
    checks: data.checks.map((check, index) => checkOf(check, ["checks", index], reader)),
  };
}

function checkOf(data: CheckData, path: Path, reader: Reader): Check {
  const { variant, flavor, fips, distro, version } = data.when;
  const base = {
    name: data.name,
    when: {
      variant: variant ?? null,
      flavor: flavor ?? null,
      fips: fips ?? null,
      distro: distro ?? null,
      version: version ?? null,
    },
    container: containerOf(data, path, reader),
  };
  if (!isService(data)) {
    const { stdin = null, timeout = defaultTimeout } = data;
    return { kind: "command", ...base, stdin, expectation: expectationOf(data), timeout };
  }
  const { ready, stop } = data;
  return {
    kind: "service",
    ...base,
    ready: {
      http: ready?.http ?? null,
      tcp: ready?.tcp ?? null,
      log: ready?.log ?? null,
      command: ready?.command ?? null,
      timeout: ready?.timeout ?? defaultTimeout,
    },
    steps: (data.steps ?? []).map((step, index) => stepOf(step, [...path, "steps", index], reader)),
    stop: {
      signal: stop?.signal ?? null,
      timeout: stop?.timeout ?? 10,
      exitCodes: stop?.["exit-code"] ?? null,
    },
  };
}

const defaultTimeout = 60;
const defaultLogTimeout = 30;

function stepOf(data: StepData, path: Path, reader: Reader): Step {
  const { command, helper, http, log } = data;
  const { stdin = null, timeout = defaultTimeout } = data;
  if (command !== undefined) {
    return {
      kind: "command",
      name: data.name ?? command.join(" "),
      command,
      user: data.user ?? null,
      workDir: data["work-dir"] ?? null,
      environment: data.environment ?? {},
      stdin,
      expectation: expectationOf(data),
      timeout,
    };
  }
  if (helper !== undefined) {
    const { image = null } = helper;
    const words = [...(helper.entrypoint ?? []), ...(helper.command ?? [])].join(" ");
    return {
      kind: "helper",
      name: data.name ?? `a helper: ${words || (image ?? "the image itself")}`,
      image,
      container: containerOf(helper, [...path, "helper"], reader),
      stdin,
      expectation: expectationOf(data),
      timeout,
    };
  }
  if (http !== undefined) {
    const headers = Object.entries(data.headers ?? {}).map(([name, pattern]) => [name.toLowerCase(), pattern] as const);
    return {
      kind: "http",
      name: data.name ?? `${http.method} ${http.path} on port ${http.port}`,
      request: { ...http, body: http.body ?? null },
      statuses: data.status ?? null,
      headers: Object.fromEntries(headers),
      body: data.body ?? null,
      timeout,
    };
  }
  if (log !== undefined) {
    return {
      kind: "log",
      name: data.name ?? `logs ${patternText(log)}`,
      pattern: log,
      timeout: data.timeout ?? defaultLogTimeout,
    };
  }
  return { kind: "restart", name: data.name ?? "restart" };
}

function containerOf(
  data: ContainerData & { readonly network?: unknown },
  path: Path,
  reader: Reader,
): ContainerSettings {
  return {
    command: data.command ?? null,
    entrypoint: data.entrypoint ?? null,
    user: data.user ?? null,
    workDir: data["work-dir"] ?? null,
    environment: data.environment,
    files: data.files.map((file, index) => fileOf(file, [...path, "files", index], reader)),
    volumes: data.volumes,
    network: data.network === "none" ? "none" : "private",
  };
}

function fileOf(data: ContainerData["files"][number], path: Path, { place, source, problems }: Reader): SpecFile {
  const mode = Number.parseInt(data.mode ?? "0644", 8);
  const read = data.source === undefined ? Buffer.from(data.content ?? "", "utf8") : source(data.source);
  if (!("problem" in read)) return { path: data.path, mode, content: read };
  const at = [...path, "source"];
  problems.push({ ...place(at), path: at, message: read.problem });
  return { path: data.path, mode, content: new Uint8Array() };
}

function expectationOf(data: OutcomeData): Expectation {
  return {
    exitCodes: data["exit-code"] ?? [0],
    output: data.output ?? null,
    notOutput: data["not-output"] ?? null,
    errorOutput: data["error-output"] ?? null,
  };
}
