import { findEngine } from "../../engine/engine.ts";
import { EngineError } from "../../engine/error.ts";
import { execProgram } from "../../engine/exec.ts";
import { newestImage } from "../../engine/image.ts";
import { FlowError } from "../error.ts";
import type { Ports } from "../ports.ts";

/**
 * The reference of the image that the local engine built most recently, for a command that names none; a note says which.
 * Throws FLOW_IMAGE_UNNAMED where there is no engine or no image, and ENGINE_FAILED.
 */
export async function newestReference(ports: Ports): Promise<string> {
  const engine = await findEngine(execProgram, { signal: ports.signal }).catch((cause: unknown) => {
    if (!(cause instanceof EngineError)) throw cause;
    throw unnamed(`and there is no container engine to ask for its newest`, cause);
  });
  const image = await newestImage(engine, ports.signal);
  if (image === null) throw unnamed(`and ${engine.kind} has none`);
  const reference = `local://${image.names[0] ?? image.id}`;
  const built = image.created === null ? "" : `, built ${image.created.slice(0, 19).replace("T", " ")}`;
  ports.report.note(`no image was named: ${reference} is the newest of ${engine.kind}${built}`);
  return reference;
}

function unnamed(reason: string, cause?: unknown): FlowError {
  return new FlowError("FLOW_IMAGE_UNNAMED", `no image was named, ${reason}`, {
    hint: "name one, such as node:24, archive://FILE or fs://DIR; --help shows all forms",
    cause,
  });
}
