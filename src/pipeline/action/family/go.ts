import type { Action, ActionInputs } from "../action.ts";
import { expandDates } from "../date.ts";
import { shellQuote, shellText, shellTexts } from "../quote.ts";
import { goEnvironment } from "./go-modules.ts";

/**
 * `go build`, so that the same source gives the same bytes: without paths, without version control stamps, with the
 * toolchain of the stage, without changing `go.mod`. Modules come from the module cache or `vendor`: go/bump with
 * `download: true` fetches them.
 */
export const goBuild: Action = {
  name: "go/build@v1",
  inputs: {
    ...{ output: "required", packages: "optional", ldflags: "optional", tags: "optional", strip: "optional" },
    ...{ fips: "optional", cgo_enabled: "optional", trimpath: "optional", tidy: "optional", experiments: "optional" },
    ...{ "extra-args": "optional", "extra-env": "optional", extra_env: "optional" },
  },
  write: (inputs, context) => {
    const output = inputs.requiredText("output");
    const fips = inputs.flag("fips") ?? context.fips;
    const tidy = inputs.flag("tidy") ?? false;
    const packages = inputs.words("packages");
    const build = ["go build", ...buildArguments(inputs, context.epoch), "-o", shellText(output), "--"];
    return {
      lines: [
        ...variables(inputs, context.epoch),
        ...(fips ? [fipsCheck] : []),
        ...(tidy ? ["go mod tidy"] : []),
        `mkdir -p -- ${output.endsWith("/") ? shellText(output) : `"$(dirname -- ${shellText(output)})"`}`,
        [...build, shellTexts(packages.length === 0 ? ["."] : packages)].join(" "),
      ],
      programs: ["go", "mkdir", "dirname", ...(inputs.flag("cgo_enabled") === true ? ["gcc"] : [])],
      network: tidy,
      environment: {
        ...goEnvironment(context),
        CGO_ENABLED: "0",
        GOFIPS140: fips ? fipsModule : "off",
      },
    };
  },
};

/** The first frozen version of Go's own cryptographic module; toolchains since 1.24 bring it along. */
const fipsModule = "v1.0.0";

/** Before 1.24 Go does not know the variable, and would silently build without the module. */
const fipsCheck = `case "$(go env GOFIPS140)" in
  "" | off)
    echo 'go/build: a FIPS build needs Go 1.24 or newer, and GOFIPS140 not set to off' >&2
    exit 1 ;;
esac`;

function buildArguments(inputs: ActionInputs, epoch: number): readonly string[] {
  const flags = inputs.list("ldflags").map((flag) => dated(inputs, "ldflags", { text: flag, epoch }));
  const present = new Set(flags.flatMap((flag) => flag.split(/\s+/)));
  const strip = inputs.flag("strip") ?? true;
  const ldflags = [...(strip ? ["-s", "-w"].filter((flag) => !present.has(flag)) : []), ...flags].join(" ");
  const tags = inputs.words("tags").flatMap((tag) => tag.split(","));
  return [
    ...((inputs.flag("trimpath") ?? true) ? ["-trimpath"] : []),
    "-buildvcs=false",
    ...(tags.length === 0 ? [] : [`-tags=${shellText(tags.join(","))}`]),
    ...(ldflags === "" ? [] : [`-ldflags=${shellText(ldflags)}`]),
    ...inputs.words("extra-args").map((word) => shellText(dated(inputs, "extra-args", { text: word, epoch }))),
  ];
}

/** What the inputs set is exported by the script, so that it wins over the step's environment. */
function variables(inputs: ActionInputs, epoch: number): readonly string[] {
  const cgo = inputs.flag("cgo_enabled");
  const fips = inputs.flag("fips");
  const experiments = inputs.words("experiments").flatMap((item) => item.split(","));
  const extra = (["extra-env", "extra_env"] as const).flatMap((key) =>
    Object.entries(inputs.variables(key)).map(
      ([name, text]) => `export ${name}=${shellText(dated(inputs, key, { text, epoch }))}`,
    ),
  );
  return [
    ...(cgo === null ? [] : [`export CGO_ENABLED=${cgo ? "1" : "0"}`]),
    ...(fips === false ? ["export GOFIPS140=off"] : []),
    ...(experiments.length === 0 ? [] : [`export GOEXPERIMENT=${shellQuote(experiments.join(","))}`]),
    ...extra,
  ];
}

function dated(
  inputs: ActionInputs,
  key: string,
  { text, epoch }: { readonly text: string; readonly epoch: number },
): string {
  const expanded = expandDates(text, epoch);
  if (expanded !== null) return expanded;
  throw inputs.invalid(
    key,
    `${JSON.stringify(text.slice(0, 200))} asks for a command; only date -u -d @\${SOURCE_DATE_EPOCH} +FORMAT is known, as inputs are not run`,
  );
}
