import { StringDecoder } from "node:string_decoder";

/** Takes what a step prints and hands it on line by line, secrets taken out. */
export interface StepLog {
  write(chunk: Uint8Array): void;
  /** Hands on the last line when it has no end. */
  end(): void;
  /** The last whole lines, as many as fit the bytes that are to be kept. */
  tail(): readonly string[];
}

/** How a log is treated. */
export interface StepLogOptions {
  /** Values that no line may show. */
  readonly secrets: readonly string[];
  /** Bytes of the end to keep. */
  readonly tail: number;
  readonly line: (line: string) => void;
}

/** A longer line is handed on in pieces. */
const longestLine = 65_536;

/** A log that keeps its end and passes each line to `options.line`. */
export function stepLog(options: StepLogOptions): StepLog {
  const decoder = new StringDecoder("utf8");
  const secrets = secretPieces(options.secrets);
  const held = Math.max(0, ...secrets.map((secret) => secret.length - 1));
  const kept: string[] = [];
  let keptBytes = 0;
  let open = "";

  const emit = (line: string) => {
    options.line(line);
    kept.push(line);
    keptBytes += Buffer.byteLength(line) + 1;
    while (keptBytes > options.tail && kept.length > 0) keptBytes -= Buffer.byteLength(kept.shift() ?? "") + 1;
  };
  const finish = (line: string) => emit(redact(line.endsWith("\r") ? line.slice(0, -1) : line, secrets));
  const take = (text: string) => {
    const lines = (open + text).split("\n");
    open = lines.pop() ?? "";
    for (const line of lines) finish(line);
    // What could be the beginning of a secret waits for the rest of it.
    while (open.length > longestLine + held) {
      const clean = redact(open, secrets);
      emit(clean.slice(0, longestLine));
      open = clean.slice(longestLine);
    }
  };

  return {
    write: (chunk) => take(decoder.write(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length))),
    end() {
      take(decoder.end());
      if (open !== "") finish(open);
      open = "";
    },
    tail: () => kept,
  };
}

/** Every line of a secret is one; the longest come first, as one may hold another. */
function secretPieces(secrets: readonly string[]): readonly string[] {
  const pieces = secrets.flatMap((secret) => secret.split(/\r?\n/)).filter((piece) => piece.trim() !== "");
  return [...new Set(pieces)].sort((a, b) => b.length - a.length);
}

function redact(text: string, secrets: readonly string[]): string {
  return secrets.reduce((clean, secret) => clean.replaceAll(secret, "***"), text);
}
