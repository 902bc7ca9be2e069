import { nearNames } from "../../definition/near.ts";
import type { YamlValue } from "../../definition/schema.ts";
import { isYamlMap } from "../../definition/yaml-value.ts";
import { PipelineError } from "../error.ts";
import type { Action, ActionContext, ActionInputs } from "./action.ts";
import { splitWords } from "./words.ts";

/** Checks that `with` has the action's keys and no others; types are checked where they are read. Throws PIPELINE_ACTION_INPUT. */
export function readInputs(
  action: Pick<Action, "name" | "inputs">,
  given: Readonly<Record<string, YamlValue>>,
  context: ActionContext,
): ActionInputs {
  const invalid = (key: string, what: string, hint?: string) =>
    new PipelineError("PIPELINE_ACTION_INPUT", `${place(context)}: ${action.name}, \`${key}\`: ${what}`, {
      hint: hint ?? `docs/actions.md says what ${action.name} takes`,
    });
  for (const key of Object.keys(given)) {
    if (!Object.hasOwn(action.inputs, key)) throw invalid(key, "there is no such input", suggestion(key, action));
  }
  for (const [key, need] of Object.entries(action.inputs)) {
    if (need === "required" && !Object.hasOwn(given, key)) throw invalid(key, "must be given");
  }
  return reader((key) => (Object.hasOwn(given, key) ? given[key] : undefined), invalid);
}

/** Which step of which file, for messages. */
export function place(context: ActionContext): string {
  return `${context.definition}: build ${JSON.stringify(context.build)}, step ${JSON.stringify(context.step)}`;
}

function suggestion(key: string, { inputs }: Pick<Action, "inputs">): string {
  const known = Object.keys(inputs);
  if (known.length === 0) return "it takes no inputs: leave `with` out";
  const [near] = nearNames(key, known);
  return `${near === undefined ? "" : `did you mean \`${near}\`? `}known are ${known.join(", ")}`;
}

type Invalid = (key: string, what: string) => PipelineError;

function reader(value: (key: string) => YamlValue | undefined, invalid: Invalid): ActionInputs {
  const scalar = (key: string, item: YamlValue, what: string): string => {
    if (typeof item !== "string") throw invalid(key, `must be ${what}`);
    if (item.includes("\0")) throw invalid(key, "has a NUL character");
    return item;
  };
  const text = (key: string): string | null => {
    const found = value(key);
    return found === undefined ? null : scalar(key, found, "a text");
  };
  const list = (key: string): readonly string[] => {
    const found = value(key);
    if (found === undefined) return [];
    const items = Array.isArray(found)
      ? found.map((item) => scalar(key, item, "a list of texts"))
      : scalar(key, found, "a list, or a text with one item per line").split(/\r?\n/);
    return items.map((item) => item.trim()).filter((item) => item !== "");
  };
  return {
    text,
    list,
    invalid,
    requiredText: (key) => {
      const found = text(key)?.trim() ?? "";
      if (found === "") throw invalid(key, "must not be empty");
      return found;
    },
    flag: (key) => {
      const found = text(key);
      if (found === null) return null;
      if (/^(true|1)$/i.test(found)) return true;
      if (/^(false|0)$/i.test(found)) return false;
      throw invalid(key, `must be true or false, not ${JSON.stringify(found.slice(0, 40))}`);
    },
    words: (key) =>
      list(key).flatMap((item) => {
        const split = splitWords(item);
        if (split.kind === "unclosed") throw invalid(key, `a quote is not closed in ${JSON.stringify(item)}`);
        return split.words;
      }),
    variables: (key) => {
      const found = value(key);
      const pairs = isYamlMap(found)
        ? Object.entries(found).map(([name, item]) => [name, scalar(key, item, "a map of texts")] as const)
        : list(key).map((item) => assignment(item) ?? failPair(item, key, invalid));
      for (const [name] of pairs) {
        if (!/^[A-Za-z_]\w*$/.test(name)) throw invalid(key, `${JSON.stringify(name)} cannot be a variable's name`);
      }
      return Object.fromEntries(pairs);
    },
  };
}

function assignment(item: string): readonly [string, string] | null {
  const at = item.indexOf("=");
  return at < 1 ? null : [item.slice(0, at), item.slice(at + 1)];
}

function failPair(item: string, key: string, invalid: Invalid): never {
  throw invalid(key, `${JSON.stringify(item)} is not NAME=value`);
}
