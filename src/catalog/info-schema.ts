import { z } from "zod";
import { flag, scalarText, text } from "../definition/scalar.ts";
import { parseLicense } from "../sbom/license.ts";
import { categories } from "./categories.ts";

const webAddress = text.regex(/^https:\/\/[^\s/]+(\/\S*)?$/, "must be a web address: https://…");
const source = text.regex(/^(debian|https:\/\/[^\s/]+(\/\S*)?)$/, "must be debian or a web address: https://…");
const tool = z.strictObject({ name: text, description: text });

/** Keys of the public format that nothing here asks for. */
const foreignMetadata = {
  "fips-compliant": flag.optional(),
  "fips-modules": z.array(text).default([]),
  "stig-certified": flag.optional(),
  alternatives: z.array(text).default([]),
  "included-tools": z.array(tool).default([]),
  advisories: z.array(z.unknown()).default([]),
};

/** An `info.yaml` in Hardpan's own form: the keys of the public format, and `licence` and `end-of-life-source` besides. */
export const ownInfoSchema = z.strictObject({
  metadata: z.strictObject({
    "display-name": text,
    "short-description": text.max(300, "must have at most 300 characters"),
    featured: flag.default(false),
    "home-url": webAddress,
    categories: z.array(z.enum(categories)).min(1, "must name at least one category"),
    /** Of the program that the image is for, not of all it holds. */
    licence: text.refine((value) => parseLicense(value) !== null, {
      error: "must be an SPDX expression such as Apache-2.0 OR MIT",
    }),
    /** Where the definitions' dates come from: a page of its makers, or Debian's list of releases. */
    "end-of-life-source": source,
    ...foreignMetadata,
  }),
  advisories: z.array(z.unknown()).default([]),
  "track-ignore": z.array(z.unknown()).default([]),
  "vex-sources": z.array(z.unknown()).default([]),
});

/** An `info.yaml` of another publisher: whatever it has of these keys; all others are its own matter. */
export const foreignInfoSchema = z.object({
  metadata: z.object({
    "display-name": scalarText.optional(),
    "short-description": scalarText.optional(),
    featured: flag.optional(),
    "home-url": scalarText.optional(),
    categories: z.array(scalarText).optional(),
    licence: scalarText.optional(),
    "end-of-life-source": scalarText.optional(),
  }),
});
