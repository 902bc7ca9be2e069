import { stat } from "node:fs/promises";
import { openLayout } from "../../../content/layout.ts";
import { findEngine } from "../../../engine/engine.ts";
import { EngineError } from "../../../engine/error.ts";
import { execProgram } from "../../../engine/exec.ts";
import { inspectImage } from "../../../engine/image.ts";
import { parseLocator, standardInput } from "../../../oci/locator.ts";
import { type ImageReference, shortReference } from "../../../oci/reference.ts";
import { currentDigest } from "../../../remote/head.ts";
import { FlowError } from "../../error.ts";
import type { Ports } from "../../ports.ts";
import { openReference } from "../../reference.ts";

/** Throws FLOW_UNSUPPORTED_REFERENCE for what nothing tells of whether it has changed, and OCI_REFERENCE_INVALID. */
export function requireWatchable(text: string): void {
  const locator = parseLocator(text);
  const isStream = "path" in locator && locator.path === standardInput;
  if (locator.kind !== "fs" && !isStream) return;
  throw new FlowError("FLOW_UNSUPPORTED_REFERENCE", `${text} cannot be watched`, {
    hint: isStream
      ? "standard input comes once; name a file"
      : "watch an image, or a bill of materials with sbom://FILE",
  });
}

/**
 * What `text` stands for now, so that the same text means that there is nothing new: a digest, the ID of an engine's image,
 * or inode, size and time of a file. Nothing is pulled; images of the catalogue are built when needed. Throws the errors of
 * where it is.
 */
export async function identify(text: string, platform: string | null, ports: Ports): Promise<string> {
  const locator = parseLocator(text);
  switch (locator.kind) {
    case "registry":
      return await currentDigest(locator.reference, ports.registries, ports.signal);
    case "local":
      return await engineIdentity(locator.reference, ports);
    case "image":
      return await identifyAnywhere(locator.reference, ports);
    case "oci-dir":
      return (await (await openLayout(locator.path)).choose(locator.reference)).digest;
    case "archive":
    case "sbom":
    case "fs":
      return await fileIdentity(locator.path);
    case "catalog":
    case "baseline": {
      await using opened = await openReference(text, { platform }, ports);
      return opened.descriptor.digest;
    }
  }
}

/** What tells a file from what it was: it is replaced, or written to. Throws FLOW_UNSUPPORTED_REFERENCE where there is none. */
export async function fileIdentity(path: string): Promise<string> {
  try {
    const { ino, size, mtimeNs } = await stat(path, { bigint: true });
    return `file ${ino} ${size} ${mtimeNs}`;
  } catch (cause) {
    throw new FlowError("FLOW_UNSUPPORTED_REFERENCE", `${path} cannot be read`, { hint: "check the path", cause });
  }
}

/** Docker's rule for a bare name: what the local engine has, else the registry. */
async function identifyAnywhere(reference: ImageReference, ports: Ports): Promise<string> {
  try {
    return await engineIdentity(reference, ports);
  } catch (cause) {
    if (!(cause instanceof EngineError) || cause.code === "ENGINE_FAILED") throw cause;
    return await currentDigest(reference, ports.registries, ports.signal);
  }
}

async function engineIdentity(reference: ImageReference, { signal }: Ports): Promise<string> {
  const engine = await findEngine(execProgram, { signal });
  const name = shortReference(reference);
  const image = await inspectImage(engine, name, signal);
  if (image !== null) return image.id;
  throw new EngineError("ENGINE_IMAGE_ABSENT", `${engine.command} has no image ${name}`, {
    hint: `pull it with ${engine.command} pull ${name}, or watch registry://${name}`,
  });
}
