import type { Action } from "../action.ts";
import { shellQuote, shellText } from "../quote.ts";

/** Takes symbols and debugging information out of every program and library below a folder; other files stay as they are. */
export const strip: Action = {
  name: "strip@v1",
  inputs: { dir: "required" },
  write: (inputs) => ({
    lines: [
      `directory=${shellText(inputs.requiredText("dir"))}`,
      'cd -- "$directory"',
      `find . -type f -size +63c -exec sh -c ${shellQuote(stripFiles)} sh '{}' +`,
    ],
    programs: ["strip", "find", "od"],
  }),
};

/**
 * Reads magic and type from each file's header (System V ABI, chapter 4). Programs and libraries (types 2 and 3) lose
 * what running does not need; object files (1), kernel modules among them, only what debugging needs.
 */
const stripFiles = `set -eu
for file do
  set -- $(od -A n -t x1 -N 18 -- "$file")
  [ "$#" -eq 18 ] && [ "$1$2$3$4" = 7f454c46 ] || continue
  case "\${17}\${18}" in
    0200 | 0300 | 0002 | 0003) strip --strip-unneeded -p -- "$file" ;;
    0100 | 0001) strip --strip-debug -p -- "$file" ;;
  esac
done`;
