import type { Stats } from "node:fs";
import { openRegularFile, readRange } from "../disk.ts";
import { errorCode } from "../disk-error.ts";
import { ContentError } from "../error.ts";

/** What may still be read of all files together, of `limit` bytes. */
export interface ContentBudget {
  left: number;
  readonly limit: number;
}

/**
 * The bytes of the regular file `path`, as many as it had when it was `seen`. Throws CONTENT_UNREADABLE where it cannot be
 * read, is another file by now or has fewer, and CONTENT_TOO_LARGE where the budget is used up.
 */
export async function* contentOf(
  path: string,
  seen: Stats,
  { budget, signal }: { readonly budget: ContentBudget; readonly signal?: AbortSignal },
): AsyncGenerator<Uint8Array, void, undefined> {
  const handle = await openRegularFile(path).catch((cause: unknown) => {
    const isOther = cause instanceof ContentError;
    throw unreadable(path, isOther ? "it is no regular file by now" : (errorCode(cause) ?? String(cause)), cause);
  });
  try {
    const now = await handle.stat();
    if (now.ino !== seen.ino || now.dev !== seen.dev) throw unreadable(path, "it is another file by now");
    let size = 0;
    const first = Math.min(seen.size, firstPiece);
    for (const range of [
      { start: 0, size: first },
      { start: first, size: seen.size - first },
    ]) {
      for await (const chunk of readRange(handle, range, { signal })) {
        size += chunk.length;
        budget.left -= chunk.length;
        if (budget.left < 0) throw tooMuch(path, budget.limit);
        yield chunk;
      }
    }
    if (size < seen.size) throw unreadable(path, "it has become shorter");
  } catch (cause) {
    throw errorCode(cause) === "EIO" ? unreadable(path, "EIO", cause) : cause;
  } finally {
    await handle.close();
  }
}

/** Bytes that are read first: of most files nobody wants more than to know what they are. */
const firstPiece = 4096;

function unreadable(path: string, reason: string, cause?: unknown): ContentError {
  return new ContentError("CONTENT_UNREADABLE", `cannot read ${path}: ${reason}`, {
    hint: "check its permissions, and that nothing changes it",
    cause,
  });
}

function tooMuch(path: string, limit: number): ContentError {
  return new ContentError(
    "CONTENT_TOO_LARGE",
    `${path} and the files before it have more than ${limit} bytes to read`,
    {
      hint: "name a folder within it",
    },
  );
}
