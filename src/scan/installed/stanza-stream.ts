/** Cuts a stream into the texts between its empty lines. */
export interface StanzaStream {
  /** A chunk of any length; its bytes are only lent until this returns. */
  write(chunk: Uint8Array): void;
  end(): void;
}

/**
 * What becomes of the pieces: a text of at most `limit` bytes, invalid UTF-8 replaced, or notice of one too long. Nothing
 * more is cut once it is full.
 */
export interface StanzaTaker {
  readonly limit: number;
  isFull(): boolean;
  take(text: string): void;
  tooLong(): void;
}

/** A stream that holds no more than one stanza at a time, whatever its length. */
export function createStanzaStream(taker: StanzaTaker): StanzaStream {
  const decoder = new TextDecoder();
  let parts: Uint8Array[] = [];
  let size = 0;
  const keep = (bytes: Uint8Array) => {
    size += bytes.length;
    if (size <= taker.limit) parts.push(Uint8Array.from(bytes));
    else parts = [];
  };
  const finish = () => {
    if (size > taker.limit) taker.tooLong();
    else if (size > 0) taker.take(decoder.decode(Buffer.concat(parts)));
    parts = [];
    size = 0;
  };
  let endsInNewline = false;
  return {
    write(chunk) {
      if (taker.isFull()) return;
      if (endsInNewline && chunk[0] === newline) finish();
      let start = size === 0 ? afterNewlines(chunk, 0) : 0;
      for (let end = emptyLine(chunk, start); end !== -1 && !taker.isFull(); end = emptyLine(chunk, start)) {
        keep(chunk.subarray(start, end + 1));
        finish();
        start = afterNewlines(chunk, end);
      }
      if (start < chunk.length) keep(chunk.subarray(start));
      if (chunk.length > 0) endsInNewline = chunk.at(-1) === newline;
    },
    end() {
      if (!taker.isFull()) finish();
    },
  };
}

const newline = 0x0a;

/** Many empty lines are one. */
function afterNewlines(chunk: Uint8Array, from: number): number {
  let at = from;
  while (chunk[at] === newline) at++;
  return at;
}

/** Where the first of two newlines stands; -1 without. */
function emptyLine(chunk: Uint8Array, from: number): number {
  return Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length).indexOf("\n\n", from, "latin1");
}
