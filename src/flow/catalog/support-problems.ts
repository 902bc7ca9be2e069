import type { DefinitionFile } from "../../definition/parse.ts";
import { isOurs } from "../../definition/syntax.ts";
import { definitionSupport, type SupportSources } from "./definition-support.ts";

/** What a check says of who supports a definition: a mistake leads to a value of it, a note is a sentence. */
export interface SupportFindings {
  readonly mistakes: readonly { readonly path: readonly (string | number)[]; readonly message: string }[];
  readonly notes: readonly string[];
}

/** What is checked besides: whether the image's dates are said to be Debian's own. */
export interface SupportCheck {
  readonly datesAreDebians: boolean;
}

/**
 * Says what is wrong with a definition whose version nobody supports, or whose end of life is not a day that Debian names
 * though it is said to be Debian's. In another publisher's definition nothing is wrong with it, and a note says so.
 */
export function supportFindings(
  source: DefinitionFile,
  sources: SupportSources,
  { datesAreDebians }: SupportCheck,
): SupportFindings {
  const answer = definitionSupport(source, sources);
  const wrongDate = datesAreDebians ? wrongEndOfLife(source, sources) : null;
  const mistakes = wrongDate === null ? [] : [{ path: ["dates", "end-of-life"], message: wrongDate }];
  if (answer.kind === "known" && answer.support.reason === null) return { mistakes, notes: [] };
  if (answer.kind === "unknown" && answer.reason === null) {
    return { mistakes, notes: isOurs(source.syntax) ? [`who supports it is not known: ${answer.open}`] : [] };
  }
  const message =
    answer.kind === "known"
      ? `nobody supports this version on ${sources.today}: ${answer.support.reason}`
      : `nobody is known to support this version on ${sources.today}: ${answer.reason}; ${answer.open}`;
  if (!isOurs(source.syntax)) return { mistakes, notes: [message] };
  return { mistakes: [...mistakes, { path: ["dates"], message }], notes: [] };
}

function wrongEndOfLife({ definition }: DefinitionFile, { debian }: SupportSources): string | null {
  const date = definition.dates["end-of-life"]?.slice(0, 10);
  if (date === undefined || debian === null) return null;
  const { series, eol, lts } = debian.lifetime;
  if (eol === null || date === eol || date === lts) return null;
  const longer = lts === null ? "" : `, and until ${lts} by its long-term support team`;
  return `${date} is not Debian's: ${series} is supported until ${eol} by its security team${longer}`;
}
