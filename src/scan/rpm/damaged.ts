import { ScanError } from "../error.ts";

/** SCAN_FILE_INVALID for a package database or one of its records that is not as rpm writes it. */
export function damaged(reason: string): ScanError {
  return new ScanError("SCAN_FILE_INVALID", reason, {
    hint: "the database is damaged, cut off or of another kind; compare with `rpm -qa` inside the image",
  });
}
