import type { Action, ActionInputs } from "../action.ts";
import { shellText, shellTexts } from "../quote.ts";

/** Applies patches with `patch`, `-p1` unless `options` say otherwise. A hunk that does not fit fails the build. */
export const patch: Action = {
  name: "patch@v1",
  inputs: { patch: "optional", patches: "optional", options: "optional", dir: "optional" },
  write: (inputs) => {
    const options = inputs.words("options");
    return {
      // --force asks nothing and never takes a patch for a reversed one.
      lines: applyEach(patchFiles(inputs), {
        directory: inputs.text("dir"),
        command: `patch --force --no-backup-if-mismatch --reject-file=- ${shellTexts(options.length === 0 ? ["-p1"] : options)} -i "$file"`,
      }),
      programs: ["patch"],
    };
  },
};

/** The files `patch` and `patches` name, in this order. Throws PIPELINE_ACTION_INPUT when there is none. */
export function patchFiles(inputs: ActionInputs): readonly string[] {
  const files = [...inputs.list("patch"), ...inputs.list("patches")];
  if (files.length === 0) throw inputs.invalid("patches", "neither `patch` nor `patches` names a file");
  return files;
}

/** Runs `command` once for each file, as `$file`, in `directory`; the files' paths are relative to where the script is. */
export function applyEach(
  files: readonly string[],
  { directory, command }: { readonly directory: string | null; readonly command: string },
): readonly string[] {
  return [
    `set -- ${shellTexts(files)}`,
    "for file do",
    "  shift",
    '  case "$file" in /*) ;; *) file="$PWD/$file" ;; esac',
    '  set -- "$@" "$file"',
    "done",
    ...(directory === null ? [] : [`cd -- ${shellText(directory)}`]),
    "for file do",
    "  printf 'applying %s\\n' \"$file\"",
    `  ${command}`,
    "done",
  ];
}
