import type { Action, ActionContext, ActionInputs } from "../action.ts";
import { shellText, shellTexts } from "../quote.ts";

/** Changes what `go.mod` requires: `go get` of every dependency, as it is written. */
export const goBumpV1: Action = {
  name: "go/bump@v1",
  inputs: {
    ...{ deps: "optional", replaces: "optional", dir: "optional" },
    ...{ upgrade: "optional", tidy: "optional", download: "optional" },
  },
  write: (inputs, context) => {
    const directory = inputs.text("dir");
    const upgrade = inputs.flag("upgrade") ?? false;
    const deps = dependencies(inputs);
    return bump(inputs, context, [
      ...(directory === null ? [] : [`cd -- ${shellText(directory)}`]),
      ...replaces(inputs),
      ...(deps.length === 0 ? [] : [`go get ${upgrade ? "-u " : ""}-- ${shellTexts(deps)}`]),
    ]);
  },
};

/** As version 1, and a dependency that is newer already stays, unless `downgrade` says otherwise. */
export const goBumpV2: Action = {
  name: "go/bump@v2",
  inputs: {
    ...{ deps: "optional", replaces: "optional" },
    ...{ downgrade: "optional", tidy: "optional", download: "optional" },
  },
  write: (inputs, context) => {
    const deps = dependencies(inputs);
    const keepNewer = !(inputs.flag("downgrade") ?? false);
    return bump(inputs, context, [
      ...replaces(inputs),
      ...(deps.length === 0 ? [] : [`set -- ${shellTexts(deps)}`, ...(keepNewer ? [dropOlder] : []), getRest]),
    ]);
  },
};

/** Fetches every module, checks it against `go.sum`, and keeps later Go commands of the build from fetching any. */
export const goHermetic: Action = {
  name: "go/hermetic@v1",
  inputs: {},
  write: (_inputs, context) => ({
    lines: ["go mod download", "go mod verify", "go env -w GOPROXY=off GOTOOLCHAIN=local"],
    programs: ["go"],
    network: true,
    environment: goEnvironment(context),
  }),
};

function bump(inputs: ActionInputs, context: ActionContext, change: readonly string[]) {
  return {
    lines: [
      ...change,
      ...((inputs.flag("tidy") ?? false) ? ["go mod tidy"] : []),
      ...((inputs.flag("download") ?? false) ? ["go mod download"] : []),
      syncVendor,
    ],
    programs: ["go", "dirname", "sed", "sort", "tail"],
    network: true,
    environment: goEnvironment(context),
  };
}

/** With `vendor` in the source, Go builds from it, and refuses when it differs from `go.mod`. */
const syncVendor = `workspace="$(go env GOWORK)"
case "$workspace" in
  "" | off) if [ -f vendor/modules.txt ]; then go mod vendor; fi ;;
  *) if [ -f "$(dirname -- "$workspace")/vendor/modules.txt" ]; then go work vendor; fi ;;
esac`;

// In a version sort `~` comes before all else, as a pre-release does before its release.
const dropOlder = `order() { printf '%s\\n' "$1" | sed -e 's/+incompatible$//' -e 's/-/~/'; }
for dependency do
  shift
  module="\${dependency%@*}"
  wanted="\${dependency##*@}"
  have="$(go list -mod=mod -m -f '{{.Version}}' -- "$module" 2>/dev/null)" || have=
  case "$wanted" in
    v[0-9]*)
      newest="$(printf '%s\\n%s\\n' "$(order "$have")" "$(order "$wanted")" | sort -V | tail -n 1)"
      if [ "$have" != "$wanted" ] && [ "$newest" = "$(order "$have")" ]; then
        printf 'go/bump: %s stays at %s, which is newer than %s\\n' "$module" "$have" "$wanted"
        continue
      fi ;;
  esac
  set -- "$@" "$dependency"
done`;

const getRest = 'if [ "$#" -gt 0 ]; then go get -- "$@"; fi';

function dependencies(inputs: ActionInputs): readonly string[] {
  const deps = inputs.words("deps");
  for (const dep of deps) {
    if (!/^[^\s@-][^\s@]*@[^\s@]+$/.test(dep))
      throw inputs.invalid("deps", `${JSON.stringify(dep)} is not MODULE@VERSION`);
  }
  return deps;
}

function replaces(inputs: ActionInputs): readonly string[] {
  const items = inputs.words("replaces");
  for (const item of items) {
    if (!/^[^\s=-][^\s=]*=[^\s=]+$/.test(item)) {
      throw inputs.invalid("replaces", `${JSON.stringify(item)} is not OLD[@VERSION]=NEW[@VERSION]`);
    }
  }
  return items.map((item) => `go mod edit -replace=${shellText(item)}`);
}

/** What every use of the toolchain has set: no other toolchain is fetched. */
export function goEnvironment({ arch }: ActionContext) {
  return { GOOS: "linux", GOARCH: arch, GOTOOLCHAIN: "local" };
}
