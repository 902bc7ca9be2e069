import { firstRecord, hasKeys } from "../feed/records.ts";
import type { Sample } from "../feed/sample.ts";

/** A format that is recognised so that a folder may hold it, and not read. */
export interface UnusedFormat {
  readonly format: string;
  recognises(sample: Sample): boolean;
}

/** Formats that are known and not used. */
export const unusedFormats: readonly UnusedFormat[] = [
  { format: "NVD", recognises: (sample) => hasKeys(firstRecord(sample), "vulnerabilities", "format", "timestamp") },
  {
    format: "CVE record of version 4",
    recognises: (sample) => hasKeys(firstRecord(sample), "data_type", "CVE_data_meta"),
  },
  { format: "CycloneDX without vulnerabilities", recognises: (sample) => hasKeys(firstRecord(sample), "bomFormat") },
  { format: "SPDX", recognises: (sample) => hasKeys(firstRecord(sample), "spdxVersion") },
];
