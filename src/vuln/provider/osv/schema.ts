import { z } from "zod";

const texts = z.array(z.string()).nullish();

const event = z.object({
  introduced: z.string().nullish(),
  fixed: z.string().nullish(),
  last_affected: z.string().nullish(),
  limit: z.string().nullish(),
});

const affected = z.object({
  package: z.object({ ecosystem: z.string(), name: z.string() }).nullish(),
  ranges: z
    .array(z.object({ type: z.string(), repo: z.string().nullish(), events: z.array(event).nullish() }))
    .nullish(),
  versions: texts,
  // Free-form objects: what is not as expected is as good as absent.
  ecosystem_specific: z.object({ urgency: z.string().nullish(), severity: z.string().nullish() }).nullish().catch(null),
  database_specific: z.object({ last_known_affected_version_range: z.string().nullish() }).nullish().catch(null),
});

/** The part of an OSV record that matching uses (OSV schema 1.x). Unknown fields pass. */
export const osvRecord = z.object({
  id: z.string().min(1).max(200),
  modified: z.string(),
  published: z.string().nullish(),
  withdrawn: z.string().nullish(),
  aliases: texts,
  upstream: texts,
  related: texts,
  summary: z.string().nullish(),
  severity: z.array(z.object({ type: z.string(), score: z.string() })).nullish(),
  affected: z.array(affected).nullish(),
  database_specific: z.object({ severity: z.string().nullish() }).nullish().catch(null),
});

/** An OSV record. */
export type OsvRecord = z.infer<typeof osvRecord>;

/** What an OSV record says of one package. */
export type OsvAffected = z.infer<typeof affected>;
