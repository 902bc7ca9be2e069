import { nearNames } from "../../definition/near.ts";
import type { YamlValue } from "../../definition/schema.ts";
import { PipelineError } from "../error.ts";
import type { Action, ActionContext, ActionScript } from "./action.ts";
import { actions } from "./actions.ts";
import { place, readInputs } from "./inputs.ts";
import { shellQuote } from "./quote.ts";
import { unsupportedReason } from "./unsupported.ts";

/**
 * The script of a step that says `uses`, and what it needs. Pure. `inputs` are the step's `with` after templates were
 * expanded; `${NAME}` left in them is the step's environment, all else in them is only text: none of it is run. Throws
 * PIPELINE_ACTION_UNKNOWN, PIPELINE_ACTION_UNSUPPORTED and PIPELINE_ACTION_INPUT.
 */
export function actionScript(
  uses: string,
  inputs: Readonly<Record<string, YamlValue>>,
  context: ActionContext,
): ActionScript {
  const action = findAction(uses, context);
  const body = action.write(readInputs(action, inputs, context), context);
  const start = [
    "set -eu",
    // CDPATH would make `cd` go elsewhere and print where.
    "unset CDPATH",
    `cd -- ${shellQuote(context.workDir)}`,
  ];
  return {
    script: `${[...start, ...body.lines].join("\n")}\n`,
    shell: "sh",
    programs: body.programs,
    network: body.network ?? false,
    environment: { SOURCE_DATE_EPOCH: String(context.epoch), LC_ALL: "C.UTF-8", TZ: "UTC", ...body.environment },
  };
}

function findAction(uses: string, context: ActionContext): Action {
  const found = actions.find(({ name }) => name === uses);
  if (found !== undefined) return found;
  const reason = unsupportedReason(uses);
  if (reason !== null) {
    throw new PipelineError(
      "PIPELINE_ACTION_UNSUPPORTED",
      `${place(context)}: ${uses} cannot be run here: ${reason.why}`,
      { hint: reason.hint },
    );
  }
  const known = actions.map(({ name }) => name);
  const near = nearNames(uses, known);
  throw new PipelineError("PIPELINE_ACTION_UNKNOWN", `${place(context)}: there is no action ${JSON.stringify(uses)}`, {
    hint: `${near.length === 0 ? "" : `did you mean ${near.join(" or ")}? `}known are ${known.join(", ")}`,
  });
}
