import { setTimeout as pause } from "node:timers/promises";
import { execInContainer } from "../../engine/container.ts";
import { EngineError } from "../../engine/error.ts";
import { commandMismatch, textMismatch, tooLong } from "../expectation.ts";
import { isFound, patternText, quotedText } from "../pattern.ts";
import type { Mismatch } from "../result.ts";
import type { CommandStep, HelperStep, HttpStep, LogStep, Step } from "../spec/model.ts";
import { runCommand } from "./command.ts";
import { environmentOptions } from "./container.ts";
import { askHttp, type HttpAnswer } from "./probe.ts";
import type { Service } from "./service.ts";
import { ownContainer, type Subject } from "./subject.ts";
import { interval, logLines, outputLimit } from "./world.ts";

/** Uses a running service as `step` says; null where it does what is expected. */
export async function takeStep(
  step: Exclude<Step, { readonly kind: "restart" }>,
  service: Service,
  subject: Subject,
): Promise<Mismatch | null> {
  switch (step.kind) {
    case "command":
      return await runInside(step, service, subject);
    case "helper":
      return await runHelper(step, service, subject);
    case "http":
      return await request(step, service, subject);
    case "log":
      return await awaitLine(step, service, subject);
  }
}

async function runInside(step: CommandStep, service: Service, { ports }: Subject): Promise<Mismatch | null> {
  const end = await execInContainer(ports.engine, service.container(), {
    command: step.command,
    options: [
      ...(step.user === null ? [] : [`--user=${step.user}`]),
      ...(step.workDir === null ? [] : [`--workdir=${step.workDir}`]),
      ...environmentOptions(step.environment),
    ],
    ...(step.stdin === null ? {} : { input: step.stdin }),
    keep: outputLimit,
    timeout: step.timeout * 1000,
    signal: ports.signal,
  });
  return commandMismatch(end, step.expectation, step.timeout);
}

async function runHelper(step: HelperStep, service: Service, subject: Subject): Promise<Mismatch | null> {
  const address = await service.address();
  const hosts = address === null ? {} : { service: address };
  const own = ownContainer(subject, step.container);
  const container =
    step.image === null ? own : { ...own, image: await subject.ports.helperImage(step.image), restricted: null };
  return await runCommand({ ...step, container: { ...container, hosts } }, subject);
}

async function request(step: HttpStep, service: Service, { ports }: Subject): Promise<Mismatch | null> {
  const { port } = step.request;
  let answer: HttpAnswer;
  try {
    const limits = { timeout: step.timeout * 1000, signal: ports.signal };
    answer = await askHttp(await service.endpoint(port), step.request, limits);
  } catch (cause) {
    ports.signal.throwIfAborted();
    if (cause instanceof EngineError) throw cause;
    return { expected: `an answer on port ${port} within ${step.timeout} s`, got: whyNone(cause) };
  }
  const { statuses } = step;
  if (statuses === null ? answer.status >= 400 : !statuses.includes(answer.status)) {
    const expected = statuses === null ? "a status below 400" : `status ${statuses.join(" or ")}`;
    return { expected, got: `status ${answer.status}, with ${quotedText(answer.body)}` };
  }
  for (const [name, pattern] of Object.entries(step.headers)) {
    const value = answer.headers[name];
    if (value === undefined) return { expected: `a header ${name}`, got: "none" };
    const mismatch = textMismatch(pattern, value, `a header ${name}`);
    if (mismatch !== null) return mismatch;
  }
  return textMismatch(step.body, answer.body, "a body");
}

function whyNone(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause);
  return cause.name === "AbortError" || cause.name === "TimeoutError" ? "none in that time" : cause.message;
}

async function awaitLine(step: LogStep, service: Service, { ports }: Subject): Promise<Mismatch | null> {
  const { signal } = ports;
  const expected = `a line with ${patternText(step.pattern)} within ${step.timeout} s`;
  const over = AbortSignal.timeout(step.timeout * 1000);
  for (;;) {
    // Whether it has ended is asked first: what it wrote last must not be missed.
    const ended = await service.ended();
    const lines = await service.log(logLines);
    const found = isFound(step.pattern, lines);
    if (found === true) return null;
    if (found === null) return { expected, got: tooLong };
    if (ended !== null) return { expected, got: ended };
    if (over.aborted) return { expected, got: "no such line" };
    await pause(interval, undefined, { signal });
  }
}
