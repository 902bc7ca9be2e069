import type { AuditedFacts } from "../../facts/model.ts";
import { formatPlatform } from "../../oci/platform.ts";
import type { Built } from "../build.ts";

/** Where an image was written; `note` says what a reader must know, such as that only one platform went there. */
export interface Written {
  readonly reference: string;
  readonly platforms: readonly string[];
  /** Tags the image has there. */
  readonly tags: readonly string[];
  readonly note: string | null;
}

/** The JSON of `hardpan build`. Sizes are compressed bytes: layers, configuration and manifest. */
export interface BuildReport {
  readonly schema: "hardpan/build/1";
  readonly reference: string;
  /** Of the index over all platforms. */
  readonly digest: string;
  readonly tags: readonly string[];
  readonly platforms: readonly {
    readonly platform: string;
    readonly digest: string;
    readonly size: number;
    /** What the image was found to have, as `hardpan facts` says of it. */
    readonly facts: AuditedFacts;
  }[];
  readonly origins: readonly string[];
  readonly problems: readonly string[];
  /** What is said of its FIPS mode; null for an image that is not in it. */
  readonly fips: string | null;
  readonly outputs: readonly Written[];
}

/** What was built, as data. */
export function describeBuild(
  built: Built,
  options: { readonly organisation: string; readonly outputs: readonly Written[] },
): BuildReport {
  return {
    schema: "hardpan/build/1",
    reference: hardenedReference(built, options.organisation),
    digest: built.index.index.descriptor.digest,
    tags: built.tags,
    platforms: built.index.images.flatMap(({ platform, manifest, config, layers }, index) => {
      const facts = built.facts[index];
      const size = layers.reduce((sum, layer) => sum + layer.size, manifest.descriptor.size + config.descriptor.size);
      const { digest } = manifest.descriptor;
      return facts === undefined ? [] : [{ platform: formatPlatform(platform), digest, size, facts }];
    }),
    origins: built.origins,
    problems: built.problems,
    fips: built.fips,
    outputs: options.outputs,
  };
}

/** All tags of the image, the one that was asked for first. */
export function everyTag(built: Built): readonly string[] {
  return [...new Set([built.tag, ...built.tags])];
}

/** The image's name in an organisation's namespace: `hardpan/dhi-node:24-debian13`. */
export function hardenedReference(built: Built, organisation: string): string {
  return `${organisation}/dhi-${built.name}:${built.tag}`;
}
