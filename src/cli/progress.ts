import { shown } from "./shown.ts";

/** Tells a person how far long work is: a line that rewrites itself on a terminal, lines elsewhere, nothing when quiet. */
export interface Progress {
  /** Begins a step, such as `fetching packages`; the one before counts as done. */
  step(text: string): void;
  /** How far the step is, in any unit. */
  advance(done: number, total: number): void;
  /** Clears what is on screen. */
  end(): void;
}

/** Where progress is written. */
export interface ProgressStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

/** Progress that says nothing. */
export const silent: Progress = { step() {}, advance() {}, end() {} };

/** Progress on `stream`: a terminal's last line is rewritten in place; elsewhere each step is a line. */
export function progressOn(stream: ProgressStream): Progress {
  return stream.isTTY === true ? onTerminal(stream) : inLines(stream);
}

function inLines(stream: ProgressStream): Progress {
  let last = "";
  return {
    step(text) {
      if (text !== last) stream.write(`${shown(text)}\n`);
      last = text;
    },
    advance() {},
    end() {},
  };
}

function onTerminal(stream: ProgressStream): Progress {
  let text = "";
  let onScreen = "";
  const show = (line: string) => {
    const fitted = line.slice(0, Math.max(20, (stream.columns ?? 80) - 1));
    if (fitted !== onScreen) stream.write(`\r\u001b[2K${fitted}`);
    onScreen = fitted;
  };
  return {
    step(next) {
      text = shown(next).replaceAll("\n", " ");
      show(text);
    },
    advance(done, total) {
      const share = total > 0 ? Math.min(1, done / total) : 0;
      const filled = Math.round(share * 20);
      show(`${text} [${"#".repeat(filled)}${"-".repeat(20 - filled)}] ${Math.round(share * 100)} %`);
    },
    end() {
      if (onScreen !== "") stream.write("\r\u001b[2K");
      onScreen = "";
    },
  };
}
