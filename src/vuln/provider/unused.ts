import type { Sample } from "../feed/sample.ts";

/** A format that is recognised so that a folder may hold it, and not read yet. */
export interface UnusedFormat {
  readonly format: string;
  recognises(sample: Sample): boolean;
}

/** Formats that are known and not used yet. */
export const unusedFormats: readonly UnusedFormat[] = [
  { format: "tar archive", recognises: (sample) => sample.form === "tar" },
  { format: "Alpine secdb", recognises: (sample) => hasKeys(record(sample), "packages", "distroversion") },
  { format: "EPSS", recognises: (sample) => sample.form === "text" && epss.test(sample.text) },
  { format: "KEV", recognises: (sample) => hasKeys(record(sample), "catalogVersion") },
  { format: "OpenVEX", recognises: (sample) => hasKeys(record(sample), "@context") },
  { format: "CSAF", recognises: (sample) => hasKeys(record(sample), "document") },
  { format: "VEX statements", recognises: (sample) => hasKeys(record(sample), "cve", "status", "justification") },
  { format: "CVE record", recognises: (sample) => hasKeys(record(sample), "dataType", "dataVersion") },
  { format: "Node.js advisories", recognises: (sample) => hasKeys(firstMember(sample), "vulnerable", "cve") },
];

const epss = /^(?:#model_version|cve,epss|CVE-\d{4}-\d+[;,][01](?:\.\d+)?[;,][01](?:\.\d+)?\s)/;

/** The feed's first record: of an object the object itself as far as it was seen. */
function record(sample: Sample): unknown {
  if (sample.form === "object") return Object.fromEntries(sample.members);
  if (sample.form !== "lines" && sample.form !== "array") return null;
  const { first } = sample;
  return typeof first === "object" && first !== null && "path" in first && "r" in first ? first.r : first;
}

function firstMember(sample: Sample): unknown {
  return sample.form === "object" ? sample.members.values().next().value : null;
}

function hasKeys(value: unknown, ...keys: readonly string[]): boolean {
  return typeof value === "object" && value !== null && keys.every((key) => key in value);
}
