import { type CommandLine, commandLineOf } from "../dockerfile/instructions.ts";
import type { Command, Instruction } from "../dockerfile/tree.ts";
import type { HardenedImage } from "./hardened-image.ts";
import { affectedInstructions, effectiveInstructions, type Refusal, type Rule, refuse } from "./refusal.ts";

/** RUN lines of the stages concerned, ONBUILD RUN among them, have what they need in the hardened image. */
export const runRule: Rule = (view) =>
  affectedInstructions(view).flatMap(([instruction]) => {
    const command = instruction.trigger ?? instruction;
    const line = command.keyword === "RUN" ? commandLineOf(command) : null;
    if (line === null) return [];
    if (line.form === "exec") return missingProgram(instruction, { line, image: view.image });
    const packageManager = usedPackageManager(line.text, view.image);
    if (view.image.shells.length === 0) {
      const also = packageManager === null ? "" : `, and no ${packageManager}`;
      const reason = `needs a shell; the hardened image has none${also}: do this in a builder stage and copy the result`;
      return [refuse(instruction, { rule: "run-needs-shell", reason })];
    }
    if (packageManager === null) return [];
    const reason = `uses ${packageManager}, which the hardened image does not have: do this in a builder stage`;
    return [refuse(instruction, { rule: "package-manager-missing", reason })];
  });

/** What the finished image starts, and how its health is probed, works without a shell and with the programs there are. */
export const startRule: Rule = (view) => {
  const found = view.leaves.flatMap((stage) => {
    const instructions = effectiveInstructions(view, stage);
    const last = (keyword: string) => instructions.findLast((instruction) => instruction.keyword === keyword);
    return [...entrypoint(last("ENTRYPOINT"), last("CMD"), view.image), ...probe(last("HEALTHCHECK"), view.image)];
  });
  return [...new Map(found.map((refusal) => [`${refusal.line} ${refusal.rule}`, refusal])).values()];
};

function entrypoint(
  entry: Instruction | undefined,
  cmd: Instruction | undefined,
  image: HardenedImage,
): readonly Refusal[] {
  const entryLine = entry === undefined ? null : commandLineOf(entry);
  const cmdLine = cmd === undefined ? null : commandLineOf(cmd);
  const shells = [...needsShell(entry, entryLine, image), ...needsShell(cmd, cmdLine, image)];
  if (shells.length > 0) return shells;
  const started = entryLine?.form === "exec" && entryLine.arguments.length > 0;
  if (entry !== undefined && entryLine !== null && started) return missingProgram(entry, { line: entryLine, image });
  if (cmd === undefined || cmdLine === null) return [];
  if (entry === undefined && image.entrypoint.length > 0) {
    const reason = `would be given to the hardened image's entrypoint ${JSON.stringify(image.entrypoint)} as arguments`;
    return [refuse(cmd, { rule: "entrypoint-differs", reason: `${reason}: say ENTRYPOINT explicitly` })];
  }
  return missingProgram(cmd, { line: cmdLine, image });
}

function probe(healthcheck: Instruction | undefined, image: HardenedImage): readonly Refusal[] {
  const line = healthcheck === undefined ? null : commandLineOf(healthcheck);
  if (healthcheck === undefined || line === null) return [];
  const shell = needsShell(healthcheck, line, image);
  return shell.length > 0 ? shell : missingProgram(healthcheck, { line, image });
}

function needsShell(
  instruction: Instruction | undefined,
  line: CommandLine | null,
  image: HardenedImage,
): readonly Refusal[] {
  if (instruction === undefined || line?.form !== "shell" || image.shells.length > 0) return [];
  const reason = 'is in the shell form and the hardened image has no shell: write it as ["program", "argument"]';
  return [refuse(instruction, { rule: "command-needs-shell", reason })];
}

interface Started {
  readonly line: CommandLine;
  readonly image: HardenedImage;
}

function missingProgram(command: Command, { line, image }: Started): readonly Refusal[] {
  const program = line.form === "exec" ? line.arguments[0] : undefined;
  if (program === undefined || image.programs.includes(program)) return [];
  if (/(?:^|\/)(?:ba|da|k|z|a)?sh$/.test(program) && image.shells.length > 0) return [];
  const reason = `starts ${program}, which ${knownLack(program)}`;
  return [refuse(command, { rule: "program-missing", reason })];
}

function knownLack(program: string): string {
  const name = program.split("/").at(-1) ?? program;
  if (/^(?:ba|da|k|z|a)?sh$/.test(name)) return "the hardened image does not have: it has no shell";
  if (/\.(?:sh|bash)$/.test(name) || name === "docker-entrypoint.sh")
    return "is a script for a shell the hardened image does not have";
  if (/\.[cm]?js$/.test(name) || name.startsWith("-")) {
    return `is no program: the conventional image's entrypoint puts node before it; write ["node", "${name}"]`;
  }
  if (/^(?:npm|npx|yarn|pnpm|corepack)$/.test(name)) {
    return 'the hardened image does not have: start the script it runs, such as ["node", "server.js"]';
  }
  return "is not known to be in the hardened image, or to run without a shell";
}

function usedPackageManager(text: string, image: HardenedImage): string | null {
  const used = /(?:^|[\s;&|(])(apt-get|apt|apk|dpkg|npm|npx|yarn|pnpm|corepack|pip3?|gem)(?=\s|$)/.exec(text)?.[1];
  const owner = used === "apt-get" ? "apt" : used === "npx" ? "npm" : used;
  return used === undefined || owner === undefined || image.packageManagers.includes(owner) ? null : used;
}
