import { createReadStream } from "node:fs";
import { openArchiveCopy } from "../../content/archive-copy.ts";
import { archivePacking, type ImageArchive, openArchive } from "../../content/archive-read.ts";
import { standardInput } from "../../oci/locator.ts";
import type { Ports } from "../ports.ts";

/**
 * Opens the image archive `path`, `-` for standard input. One that is packed as a whole or comes as a stream is read from a
 * copy, which is removed when the archive is closed. Throws as `openArchive` and `openArchiveCopy` do.
 */
export async function openAnyArchive(path: string, ports: Ports): Promise<ImageArchive> {
  const { temporaryDirectory, signal, report } = ports;
  if (path === standardInput) {
    report.step("reading an archive from standard input");
    return await openArchiveCopy(ports.standardInput(), { temporaryDirectory, signal, shown: "standard input" });
  }
  if ((await archivePacking(path)) === "none") return await openArchive(path);
  report.step(`unpacking ${path}`);
  return await openArchiveCopy(createReadStream(path), { temporaryDirectory, signal, shown: path });
}
