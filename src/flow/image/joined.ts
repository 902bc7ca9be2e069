import type { CatalogMatch } from "../../catalog/find.ts";
import { assembleIndex, type BuiltImage, type BuiltIndex } from "../../image/built.ts";
import { FlowError } from "../error.ts";

/**
 * Joins the images of all platforms; where one build is asked for by its tag, those that make up that build: all of them or
 * one alone. Throws FLOW_DIGEST_DIFFERS where none is that build.
 */
export function joinImages(
  images: readonly BuiltImage[],
  annotations: Readonly<Record<string, string>>,
  { name, tag, requiredBuild }: Pick<CatalogMatch, "name" | "tag" | "requiredBuild">,
): BuiltIndex {
  const whole = assembleIndex(images, annotations);
  if (requiredBuild === null) return whole;
  const parts = images.length > 1 ? images.map((image) => assembleIndex([image], annotations)) : [];
  const found = [whole, ...parts].find(({ index }) => index.descriptor.digest.startsWith(`sha256:${requiredBuild}`));
  if (found !== undefined) return found;
  throw new FlowError(
    "FLOW_DIGEST_DIFFERS",
    `${name}:${tag} is another build than what comes of these inputs, ${whole.index.descriptor.digest}`,
    {
      hint: `build it from the lock that was written with it: hardpan build ${name}:${tag} --lock-file FILE`,
    },
  );
}
