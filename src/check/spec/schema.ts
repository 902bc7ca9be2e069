import { z } from "zod";
import { flag, scalarText, signal, text, variableName } from "../../definition/scalar.ts";
import {
  containerFolder,
  containerPath,
  exitCode,
  formed,
  headerName,
  httpStatus,
  label,
  oneOrMany,
  pattern,
  portNumber,
  seconds,
  tmpfsEntry,
  word,
} from "./scalars.ts";

const when = z.strictObject({
  variant: oneOrMany(z.enum(["runtime", "dev"])).optional(),
  flavor: oneOrMany(scalarText).optional(),
  fips: flag.optional(),
  distro: oneOrMany(text).optional(),
  version: oneOrMany(scalarText).optional(),
});

const file = z
  .strictObject({
    path: containerPath,
    content: scalarText.optional(),
    source: text.optional(),
    mode: formed(/^0?[0-7]{3,4}$/, "an octal mode such as 0644").optional(),
  })
  .superRefine((item, context) => {
    if ((item.content === undefined) === (item.source === undefined)) {
      context.addIssue({ code: "custom", message: "needs either `content` or `source`" });
    }
  });

const words = z.array(word).max(1000, "has more than 1000 words");

const place = {
  user: formed(/^[\w.-]{1,64}(:[\w.-]{1,64})?$/, "a user, by name or number, or user:group").optional(),
  "work-dir": containerFolder.optional(),
  environment: z.record(variableName, word).default({}),
};

const container = {
  ...place,
  command: words.optional(),
  entrypoint: words.optional(),
  files: z.array(file).max(100, "has more than 100 files").default([]),
  volumes: z.array(containerPath).max(20, "has more than 20 volumes").default([]),
  network: z.enum(["none"]).optional(),
};

const outcome = {
  stdin: scalarText.optional(),
  "exit-code": oneOrMany(exitCode).optional(),
  output: pattern.optional(),
  "not-output": pattern.optional(),
  "error-output": pattern.optional(),
};

const http = z.strictObject({
  port: portNumber,
  path: formed(/^\/[\x21-\x7e]{0,4000}$/, "a path such as /health, without blanks").default("/"),
  method: formed(/^(?!CONNECT$)[A-Z]{1,20}$/, "a method such as GET or POST").default("GET"),
  headers: z.record(headerName, formed(/^[\t\x20-\x7e]{0,4000}$/, "a header's value on one line")).default({}),
  body: scalarText.optional(),
});

const ready = z.strictObject({
  http: http.pick({ port: true, path: true }).optional(),
  tcp: portNumber.optional(),
  log: pattern.optional(),
  command: words.min(1, "must not be empty").optional(),
  timeout: seconds.default(60),
});

const stop = z.strictObject({
  signal: signal.refine((value) => !value.includes("$"), { error: "must be a signal such as SIGTERM" }).optional(),
  timeout: seconds.default(10),
  "exit-code": oneOrMany(exitCode).optional(),
});

/** What makes a step the kind it is, and the keys that go with it. */
const kindsOfStep = {
  command: [...Object.keys(place), ...Object.keys(outcome), "timeout"],
  helper: [...Object.keys(outcome), "timeout"],
  http: ["status", "headers", "body", "timeout"],
  log: ["timeout"],
  restart: [],
} as const satisfies Readonly<Record<string, readonly string[]>>;

const step = z
  .strictObject({
    name: label.optional(),
    ...place,
    environment: place.environment.unwrap().optional(),
    ...outcome,
    command: words.min(1, "must not be empty").optional(),
    helper: z
      .strictObject({ ...container, image: text.optional() })
      .omit({ network: true })
      .optional(),
    http: http.optional(),
    status: oneOrMany(httpStatus).optional(),
    headers: z.record(headerName, pattern).optional(),
    body: pattern.optional(),
    log: pattern.optional(),
    restart: flag.refine((value) => value, { error: "must be true" }).optional(),
    timeout: seconds.optional(),
  })
  .superRefine((item, context) => {
    const kinds = Object.entries(kindsOfStep).filter(([kind]) => Object.hasOwn(item, kind));
    const [only, ...others] = kinds;
    if (only === undefined || others.length > 0) {
      const message = "a step is one of command, helper, http, log and restart";
      context.addIssue({ code: "custom", message });
      return;
    }
    const [kind, keys] = only;
    for (const key of Object.keys(item).filter((one) => !["name", kind, ...keys].includes(one))) {
      context.addIssue({ code: "custom", message: `does not go with \`${kind}\``, path: [key] });
    }
  });

const ofCommand = ["stdin", "exit-code", "output", "not-output", "error-output", "timeout"];

const check = z
  .strictObject({
    name: label,
    when: when.default({}),
    ...container,
    ...outcome,
    timeout: seconds.optional(),
    ready: ready.optional(),
    steps: z.array(step).max(100, "has more than 100 steps").optional(),
    stop: stop.optional(),
  })
  .superRefine((item, context) => {
    if (!isService(item)) return;
    for (const key of Object.keys(item).filter((one) => ofCommand.includes(one))) {
      const message = "is for a command that runs to its end; a check with ready, steps or stop is a service";
      context.addIssue({ code: "custom", message, path: [key] });
    }
    if (item.network === "none" && needsNetwork(item)) {
      context.addIssue({ code: "custom", message: "http, tcp and helper need a network", path: ["network"] });
    }
  });

/** A check.yaml. Unknown keys are refused; lists and maps that are not given are empty. */
export const checkSchema = z.strictObject({
  tmpfs: z.array(tmpfsEntry).max(50, "has more than 50 folders").default([]),
  checks: z.array(check).max(200, "has more than 200 checks"),
});

/** A check.yaml as its schema reads it. */
export type SpecData = z.output<typeof checkSchema>;
/** A check of it. */
export type CheckData = SpecData["checks"][number];
/** A step of a service's check. */
export type StepData = NonNullable<CheckData["steps"]>[number];
/** What says how a container starts. */
export type ContainerData = Omit<z.output<z.ZodObject<typeof container>>, "network">;
/** What says what a command must end with. */
export type OutcomeData = Omit<z.output<z.ZodObject<typeof outcome>>, "stdin">;

/** Whether a check is of a service: something that is waited for, used or stopped. */
export function isService(item: {
  readonly ready?: unknown;
  readonly steps?: unknown;
  readonly stop?: unknown;
}): boolean {
  return item.ready !== undefined || item.steps !== undefined || item.stop !== undefined;
}

function needsNetwork(item: {
  readonly ready?: z.output<typeof ready> | undefined;
  readonly steps?: readonly unknown[] | undefined;
}) {
  const isOutside = (one: unknown) => typeof one === "object" && one !== null && ("http" in one || "helper" in one);
  return item.ready?.http !== undefined || item.ready?.tcp !== undefined || (item.steps ?? []).some(isOutside);
}
