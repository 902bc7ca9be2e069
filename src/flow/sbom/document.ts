import { createReadStream } from "node:fs";
import { readError } from "../../content/disk-error.ts";
import { ContentError } from "../../content/error.ts";
import { standardInput } from "../../oci/locator.ts";
import { type ReadSbom, readSbom } from "../../sbom/read.ts";
import { FlowError } from "../error.ts";
import type { Ports } from "../ports.ts";

/** The largest document that is read, in bytes: Node has no longer text. */
const largest = 500 * 2 ** 20;

/**
 * Reads the bill of materials in the file `path`, `-` for standard input. Throws CONTENT_NOT_FOUND, CONTENT_UNREADABLE,
 * FLOW_FILE_INVALID for more than 500 MiB, and what `readSbom` throws.
 */
export async function readSbomFile(path: string, ports: Ports): Promise<ReadSbom> {
  const isPiped = path === standardInput;
  const name = isPiped ? "standard input" : path;
  ports.report.step(`reading ${name}`);
  const content = isPiped ? ports.standardInput() : createReadStream(path, { signal: ports.signal });
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const chunk of content) {
      size += chunk.length;
      if (size > largest) throw tooLarge(name);
      chunks.push(chunk);
    }
  } catch (cause) {
    throw isAbsent(cause)
      ? new ContentError("CONTENT_NOT_FOUND", `there is no file ${path}`, { hint: "check the path" })
      : readError(cause, name);
  }
  return readSbom(Buffer.concat(chunks), name);
}

function isAbsent(cause: unknown): boolean {
  return cause instanceof Error && "code" in cause && (cause.code === "ENOENT" || cause.code === "ENOTDIR");
}

function tooLarge(name: string): FlowError {
  return new FlowError(
    "FLOW_FILE_INVALID",
    `${name} has more than ${largest} bytes, which no bill of materials is read of`,
    {
      hint: "write the bill without the files of the image",
    },
  );
}
