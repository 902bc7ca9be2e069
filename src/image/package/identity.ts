import { parseStanza } from "../../debian/stanza.ts";
import { ImageError } from "../error.ts";
import type { DebInput } from "./deb-fragment.ts";

/**
 * Throws IMAGE_INPUT_INVALID where a package is another than it is listed as: its bytes are those of the hash, and its own
 * control stanza has the last word on what they are.
 */
export function requireListed(listed: DebInput, control: string): void {
  const { name, version, architecture, sha256 } = listed;
  const stanza = parseStanza(control);
  const found = ["Package", "Version", "Architecture"].map((field) => stanza.get(field) ?? "");
  const wanted = [name, version, architecture];
  if (found.every((value, index) => value === wanted[index])) return;
  throw new ImageError(
    "IMAGE_INPUT_INVALID",
    `the package of SHA-256 ${sha256} is ${found.join(" ")}, and is listed as ${wanted.join(" ")}`,
    { hint: "the lock was changed by hand: make it again with `hardpan lock`" },
  );
}
