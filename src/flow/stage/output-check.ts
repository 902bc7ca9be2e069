import type { DefinitionBuild } from "../../definition/schema.ts";
import { hasMarkerName, markerReason } from "../../image/definition/marker-name.ts";
import type { Entry } from "../../image/layer/entry.ts";
import { PipelineError } from "../../pipeline/error.ts";

/** A secret that steps of a build were given. */
interface GivenSecret {
  readonly id: string;
  readonly value: Buffer;
}

/** Shorter values are found by chance. */
const shortestSecret = 8;

/** The secrets that a build's steps name, as far as they can be told from other text: those of at least 8 bytes. */
export function givenSecrets(
  { pipeline }: DefinitionBuild,
  values: ReadonlyMap<string, string>,
): readonly GivenSecret[] {
  const ids = new Set(pipeline.flatMap(({ secrets }) => secrets.map(({ id }) => id)));
  return [...ids]
    .map((id) => ({ id, value: Buffer.from(values.get(id) ?? "") }))
    .filter(({ value }) => value.length >= shortestSecret);
}

/**
 * Throws PIPELINE_OUTPUT_REFUSED for what may not reach an image though a step has made it: a file that holds a secret's
 * value, and one whose name takes away what other layers have. `place` names definition and build.
 */
export function checkOutput(
  { path, content }: Pick<Entry, "path" | "content">,
  { place, secrets }: { readonly place: string; readonly secrets: readonly GivenSecret[] },
): void {
  if (hasMarkerName(path)) throw refused(`${place}: /${path}: ${markerReason}`, "give it another name");
  const held = secrets.find(({ value }) =>
    Buffer.from(content.buffer, content.byteOffset, content.length).includes(value),
  );
  if (held === undefined) return;
  throw refused(
    `${place}: /${path} holds the value of the secret ${held.id}`,
    "take it out in the step that writes it: whoever has the image could read it",
  );
}

function refused(message: string, hint: string): PipelineError {
  return new PipelineError("PIPELINE_OUTPUT_REFUSED", message, { hint });
}
