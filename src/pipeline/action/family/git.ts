import type { Action } from "../action.ts";
import { shellText } from "../quote.ts";
import { applyEach, patchFiles } from "./patch.ts";

/** Git without the configuration of whoever runs it, without hooks, in a repository of any owner. */
const git = "git -c safe.directory='*' -c core.hooksPath=/dev/null -c advice.detachedHead=false";
const environment = { GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_NOSYSTEM: "1", GIT_TERMINAL_PROMPT: "0" };

/** Makes sure that a repository is at a commit: checks it out when it is there, fails otherwise. */
export const gitCheckout: Action = {
  name: "git/checkout@v1",
  inputs: { "expected-commit": "required", dir: "optional" },
  write: (inputs) => {
    const commit = inputs.requiredText("expected-commit").toLowerCase();
    if (!/^([0-9a-f]{40}|[0-9a-f]{64})$/.test(commit)) {
      throw inputs.invalid("expected-commit", "must be a whole commit id, 40 or 64 hexadecimal digits");
    }
    return {
      lines: [
        `cd -- ${shellText(inputs.text("dir") ?? ".")}`,
        `head="$(${git} rev-parse --verify HEAD)"`,
        `if [ "$head" != ${commit} ] && ${git} cat-file -e ${commit}^{commit} 2>/dev/null; then`,
        `  ${git} checkout --quiet --detach ${commit}`,
        `  head="$(${git} rev-parse --verify HEAD)"`,
        "fi",
        `if [ "$head" != ${commit} ]; then`,
        `  printf 'git/checkout: %s is at commit %s, expected ${commit}\\n' "$PWD" "$head" >&2`,
        "  exit 1",
        "fi",
      ],
      programs: ["git"],
      environment,
    };
  },
};

/** Applies patches with `git apply`: all of a patch or nothing of it. */
export const gitPatch: Action = {
  name: "git/patch@v1",
  inputs: { patch: "optional", patches: "optional", options: "optional", dir: "optional" },
  write: (inputs) => ({
    lines: applyEach(patchFiles(inputs), {
      directory: inputs.text("dir"),
      // In a folder of a larger repository `git apply` would skip, without a word, what lies outside of the folder.
      command: `GIT_CEILING_DIRECTORIES="$(dirname -- "$(pwd -P)")" ${[git, "apply", ...inputs.words("options").map(shellText)].join(" ")} -- "$file"`,
    }),
    programs: ["git", "dirname"],
    environment,
  }),
};
