import { z } from "zod";
import { compareDebianVersions } from "../../../debian/version.ts";
import { jsonMemberBatches } from "../../feed/json-members.ts";
import { invalidContent } from "../../feed/place.ts";
import type { DebianRow } from "../../index/schema.ts";
import { releaseOfCodename } from "../../release.ts";
import type { Provider } from "../provider.ts";

const releaseState = z.object({
  status: z.string(),
  repositories: z.record(z.string(), z.string()).nullish(),
  fixed_version: z.string().nullish(),
  urgency: z.string().nullish(),
  nodsa: z.string().nullish(),
  nodsa_reason: z.string().nullish(),
});

const issue = z.object({
  description: z.string().nullish(),
  releases: z.record(z.string(), releaseState),
});

const sourcePackage = z.record(z.string(), issue);

/** The Debian security tracker's JSON: source package → vulnerability → release → status. It carries no date. */
export const debianTracker: Provider = {
  format: "Debian security tracker",
  recognises(sample) {
    if (sample.form !== "object" || sample.members.size === 0) return false;
    return [...sample.members.values()].every((value) => sourcePackage.safeParse(value).success);
  },
  begin({ origin: file, writer }) {
    const seen = new Set<string>();
    return {
      async read({ name, ...document }) {
        const origin = writer.origin("debian-security-tracker", file);
        writer.knowsUnfixed(origin);
        for await (const members of jsonMemberBatches(document.bytes(), { file: name })) {
          for (const { key, value, line } of members) {
            const parsed = sourcePackage.safeParse(value);
            if (!parsed.success || key === null) {
              const [problem] = parsed.error?.issues ?? [];
              const what = `source package ${key}: ${problem?.path.join(".")} ${problem?.message}`;
              throw invalidContent({ file: name, line }, what);
            }
            for (const [vulnerability, { description, releases }] of Object.entries(parsed.data)) {
              const record = { vulnerability, origin, record: vulnerability };
              for (const [codename, state] of Object.entries(releases)) {
                writer.debian({ package: key, ...record, ...rowOf(state, codename) });
              }
              if (seen.has(vulnerability)) continue;
              seen.add(vulnerability);
              writer.record(origin, null);
              const summary = description?.slice(0, 200) ?? null;
              writer.advisory({ ...record, modified: "", summary, aliases: [], cvss: [] });
            }
          }
        }
      },
      finish: () => ({ used: true, records: seen.size }),
    };
  },
};

type StateRow = Omit<DebianRow, "package" | "vulnerability" | "origin" | "record">;

function rowOf(state: z.infer<typeof releaseState>, codename: string): StateRow {
  const fixed = state.fixed_version ?? null;
  return {
    release: releaseOfCodename(codename),
    kind: "base",
    state: stateOf(state.status, fixed),
    introduced: null,
    fixed: fixed === "0" ? null : fixed,
    released: newest(Object.values(state.repositories ?? {})),
    urgency: state.urgency ?? null,
    triage: triageOf(state),
    date: null,
    note: null,
  };
}

function stateOf(status: string, fixed: string | null): DebianRow["state"] {
  if (status === "resolved") return fixed === "0" ? "not-affected" : fixed === null ? "undetermined" : "resolved";
  if (status === "open") return "open";
  return status === "not-affected" ? "not-affected" : "undetermined";
}

function triageOf(state: z.infer<typeof releaseState>): DebianRow["triage"] {
  if (state.urgency === "end-of-life") return "end-of-life";
  if (state.nodsa_reason === "ignored" || state.nodsa_reason === "postponed") return state.nodsa_reason;
  return state.nodsa == null ? null : "no-dsa";
}

function newest(versions: readonly string[]): string | null {
  const sorted = versions.toSorted(compareDebianVersions);
  return sorted.at(-1) ?? null;
}
