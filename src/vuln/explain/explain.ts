import { identityOf, type Sbom, type SbomPackage } from "../../sbom/model.ts";
import { type MatchOptions, match } from "../match.ts";
import type { Finding } from "../model.ts";
import { createLook, type Look, type Looked } from "./look.ts";
import type { ExplainedPackage, Explanation } from "./model.ts";
import { outcomeOf } from "./outcome.ts";

/**
 * Every step of what is decided about one vulnerability (its id or an alias) in each package of which a record speaks of
 * it; what counts is what `match` counts. Throws VULN_INDEX_INVALID for an index that turns out to be damaged.
 */
export function explain(sbom: Sbom, vulnerability: string, options: MatchOptions): Explanation {
  const { policy } = options;
  const { findings, advisories } = match(sbom, { ...options, policy: "all" });
  const counted = policy === "all" ? findings : match(sbom, options).findings;
  const names = namesOf(vulnerability, { findings, options });
  const named = findings.filter((one) => names.has(one.id) || one.aliases.includes(vulnerability));
  const about = { look: createLook(sbom, options), names, counted, policy };
  const byPackage = Map.groupBy(named, (one) => one.package.purl);
  const packages = new Map(sbom.packages.map((one) => [one.purl, one]));
  const explained = [...packages.values()].flatMap((one): readonly ExplainedPackage[] => {
    const found = byPackage.get(one.purl);
    return found === undefined ? unaffected(one, about) : found.map((finding) => affected(one, finding, about));
  });
  return { schema: "hardpan/explain/1", image: sbom.image, vulnerability, policy, advisories, packages: explained };
}

interface About {
  readonly look: Look;
  readonly names: ReadonlySet<string>;
  readonly counted: readonly Finding[];
  readonly policy: MatchOptions["policy"];
}

/** What the vulnerability is called. A record may name several CVEs: who asks for one of them does not mean the others. */
function namesOf(
  vulnerability: string,
  { findings, options }: { readonly findings: readonly Finding[]; readonly options: MatchOptions },
): ReadonlySet<string> {
  const ofFindings = findings
    .filter((one) => one.id === vulnerability || one.aliases.includes(vulnerability))
    .flatMap(({ id, aliases }) => [id, ...aliases]);
  const ofRecords = options.index?.vulnerability(vulnerability).advisories.flatMap(({ aliases }) => aliases) ?? [];
  const isCve = (name: string) => name.startsWith("CVE-");
  return new Set([
    vulnerability,
    ...[...ofFindings, ...ofRecords].filter((name) => !(isCve(vulnerability) && isCve(name))),
  ]);
}

function affected(one: SbomPackage, finding: Finding, { look, counted, policy }: About): ExplainedPackage {
  const looked = look(one, { names: new Set([finding.id, ...finding.aliases]), finding });
  const { steps, ...outcome } = outcomeOf(finding, { counted, policy });
  return { package: identityOf(one), ...outcome, steps: [...(looked?.steps ?? []), ...steps] };
}

/** What the records say of a package that is not affected; nothing where they do not speak of it. */
function unaffected(one: SbomPackage, { look, names }: About): readonly ExplainedPackage[] {
  const looked = look(one, { names, finding: null });
  if (looked === null) return [];
  const { steps, verdict } = looked;
  const result = { step: "result", text: resultText(looked) } as const;
  return [{ package: identityOf(one), verdict, steps: [...steps, result], finding: null }];
}

function resultText({ verdict, reason }: Looked): string {
  if (verdict === "not matched") return `it is not matched: ${reason}`;
  return verdict === "undetermined" ? "nobody has determined it yet: it does not count" : "it is not affected";
}
