import { firstRecord, hasKeys } from "../feed/records.ts";
import type { Sample } from "../feed/sample.ts";

/** A format that is recognised so that a folder may hold it, and not read. */
export interface UnusedFormat {
  readonly format: string;
  recognises(sample: Sample): boolean;
}

/** Formats that are known and not used. */
export const unusedFormats: readonly UnusedFormat[] = [
  { format: "OpenVEX", recognises: (sample) => hasKeys(firstRecord(sample), "@context") },
  { format: "CSAF", recognises: (sample) => hasKeys(firstRecord(sample), "document") },
];
