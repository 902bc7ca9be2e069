import type { RandomBytes } from "../../../src/scan/reading/random-bytes.ts";
import { createTemporaryFiles } from "../../../src/scan/reading/temporary-files.ts";

/** What `read` makes of `bytes` when they are read from a temporary file. */
export function onDisk<Result>(bytes: Uint8Array, read: (content: RandomBytes) => Result): Result {
  const file = createTemporaryFiles().open();
  file.write(bytes);
  try {
    return read(file.content());
  } finally {
    file.close();
  }
}
