import { assignmentsOf } from "../dockerfile/assignments.ts";
import { copyOf } from "../dockerfile/instructions.ts";
import type { Stage } from "../dockerfile/stages.ts";
import { splitWords } from "../dockerfile/text.ts";
import type { Instruction } from "../dockerfile/tree.ts";
import {
  affectedInstructions,
  effectiveInstructions,
  isRoot,
  type Refusal,
  type Rule,
  ranAsRoot,
  refuse,
  resolveIn,
  type SwapView,
  userOf,
} from "./refusal.ts";

/** The user is one the hardened image has, and not root. */
export const userRule: Rule = (view) => {
  const found = view.leaves.flatMap((stage) => {
    const last = userOf(view, stage);
    if (last === null) return [];
    if (last.user === null) return [unknownUser(last.instruction, "a variable without a known value")];
    if (isRoot(last.user)) {
      const reason = "runs as root, which the hardened image never does: say what needs it, or remove the line";
      return [refuse(last.instruction, { rule: "user-is-root", reason })];
    }
    const missing = missingName(last.user, view);
    return missing === null ? [] : [unknownUser(last.instruction, missing)];
  });
  return [...new Map(found.map((refusal) => [refusal.line, refusal])).values()];
};

/** Files are given only to users the hardened image has. */
export const ownerRule: Rule = (view) =>
  affectedInstructions(view).flatMap(([instruction, stage]) => {
    const owner = copyOf(instruction)?.chown ?? null;
    if (owner === null) return [];
    const resolved = resolveIn(view, { stage, instruction, text: owner });
    const missing = resolved === null ? "a variable without a known value" : missingName(resolved, view);
    return missing === null ? [] : [unknownUser(instruction, missing)];
  });

/** What ran as root and does no more listens on no port below 1024 and keeps no volume that root owns. */
export const rootRule: Rule = (view) => {
  const found = view.leaves
    .filter((stage) => ranAsRoot(view, stage) && view.image.uid !== 0)
    .flatMap((stage) =>
      effectiveInstructions(view, stage).flatMap((instruction) => [
        ...lowPorts(view, { stage, instruction }),
        ...rootVolumes(view, instruction),
      ]),
    );
  return [...new Map(found.map((refusal) => [refusal.line, refusal])).values()];
};

interface Place {
  readonly stage: Stage;
  readonly instruction: Instruction;
}

function lowPorts(view: SwapView, { stage, instruction }: Place): readonly Refusal[] {
  const texts =
    instruction.keyword === "EXPOSE"
      ? splitWords(instruction.arguments).map((word) => word.text)
      : instruction.keyword === "ENV"
        ? assignmentsOf(instruction, view.dockerfile.escape).flatMap(({ name, value }) =>
            /(?:^|_)PORT$/.test(name) && value !== null ? [value.text] : [],
          )
        : [];
  for (const text of texts) {
    const resolved = resolveIn(view, { stage, instruction, text });
    const port = Number(/^\d+/.exec(resolved ?? "")?.[0] ?? Number.NaN);
    if (resolved !== null && !(port < 1024)) continue;
    const which = resolved === null ? `the port ${text}, whose value is not known,` : `port ${port}`;
    const reason = `${which} may need root, which the hardened image does not run as: listen on a port from 1024 up`;
    return [refuse(instruction, { rule: "port-below-1024", reason })];
  }
  return [];
}

function rootVolumes(view: SwapView, instruction: Instruction): readonly Refusal[] {
  if (instruction.keyword !== "VOLUME") return [];
  const reason = `would belong to root, while the hardened image runs as uid ${view.image.uid ?? "not known"}: create it with that owner first`;
  return [refuse(instruction, { rule: "volume-ownership", reason })];
}

function missingName(user: string, view: SwapView): string | null {
  return user.split(":").find((name) => !/^\d+$/.test(name) && !view.image.users.includes(name)) ?? null;
}

function unknownUser(instruction: Instruction, name: string): Refusal {
  const reason = `names ${name}, a user or group the hardened image is not known to have: use a number`;
  return refuse(instruction, { rule: "user-missing", reason });
}
