import { Command as CommanderCommand, CommanderError, Option } from "commander";
import type { Command, CommandOption, Options, Outcome, Terminal } from "./command.ts";
import { commands, groupSummaries } from "./commands.ts";
import type { Context } from "./context.ts";
import { describeFailure, isInterruption } from "./exit.ts";
import { progressOn, silent } from "./progress.ts";
import { shown, shownJson } from "./shown.ts";
import { toolVersion } from "./version.ts";

const interruption = new AbortController();
let interruptedAt: number | null = null;
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  process.on(signal, () => {
    // Ctrl-C comes twice where npm, or a Node that is too old, has started this one: from the terminal, and passed on.
    const isAgain = interruptedAt !== null && Date.now() - interruptedAt > 1_000;
    if (isAgain) process.exit(130);
    interruptedAt ??= Date.now();
    interruption.abort();
  });
}

process.stdout.on("error", (cause: Error & { code?: string }) => {
  // Whoever reads has enough; what the command ends with it has said before.
  if (cause.code === "EPIPE") process.exit();
  throw cause;
});

await main(process.argv.slice(2));

async function main(words: readonly string[]): Promise<void> {
  const program = createProgram();
  try {
    await program.parseAsync(words, { from: "user" });
  } catch (failure) {
    if (failure instanceof CommanderError) {
      process.exitCode = failure.exitCode === 0 ? 0 : 1;
      // Commander has printed the message; help that was asked for is no failure.
      if (process.exitCode === 1 && failure.code !== "commander.help") process.stderr.write("(CLI_USAGE)\n");
    } else {
      process.stderr.write(shown(describeFailure(failure)));
      process.exitCode = isInterruption(failure) ? 130 : 1;
    }
  }
}

function createProgram(): CommanderCommand {
  const program = new CommanderCommand("hardpan")
    .description("Hardened container images from signed Debian packages: build, measure, verify, rebuild.")
    .version(`hardpan ${toolVersion}`, "-v, --version", "print the version")
    .helpCommand("help [COMMAND]", "show help for a command")
    .showHelpAfterError("(--help shows what is possible)")
    .enablePositionalOptions()
    .exitOverride();
  for (const command of commands) addCommand(program, command);
  return program;
}

function addCommand(program: CommanderCommand, command: Command): void {
  const words = command.name.split(" ");
  const last = words.pop() ?? command.name;
  const parent = words.reduce(
    (above, word) => above.commands.find((child) => child.name() === word) ?? group(above, word),
    program,
  );
  const added = parent
    .command(last)
    .summary(command.summary)
    .description(command.description ?? command.summary);
  if (command.alias !== undefined) added.alias(command.alias);
  // Options after the name of a command below this one are that command's.
  added.enablePositionalOptions().exitOverride().showHelpAfterError("(--help shows what is possible)");
  for (const [form, explanation] of command.arguments) added.argument(form, explanation);
  for (const option of command.options) added.addOption(optionOf(option));
  added.option("--json", "print JSON, as --format json does");
  added.option("-q, --quiet", "no progress on stderr");
  if (command.examples.length > 0) added.addHelpText("after", examplesText(command));
  added.action(async () => await runCommand(command, added));
}

function group(parent: CommanderCommand, word: string): CommanderCommand {
  return parent
    .command(word)
    .summary(groupSummaries[word] ?? "")
    .description(groupSummaries[word] ?? "")
    .exitOverride();
}

async function runCommand(command: Command, parsed: CommanderCommand): Promise<void> {
  const options = optionsOf(parsed.opts());
  const quiet = options.flag("quiet");
  const progress = quiet ? silent : progressOn(process.stderr);
  const noted = new Set<string>();
  const context: Context = {
    environment: process.env,
    workingDirectory: process.cwd(),
    now: () => new Date(),
    signal: interruption.signal,
    progress,
    note: (line) => {
      if (quiet || noted.has(line)) return;
      noted.add(line);
      progress.end();
      process.stderr.write(`${shown(line)}\n`);
    },
  };
  try {
    const outcome = await command.run({ arguments: parsed.args, options }, context);
    progress.end();
    await print(outcome, options);
  } finally {
    progress.end();
  }
}

async function print(outcome: Outcome, options: Options): Promise<void> {
  const format = options.flag("json") ? "json" : (options.text("format") ?? "text");
  const terminal = { columns: process.stdout.columns ?? 100, color: useColor() };
  const rendered = () =>
    format === "json"
      ? shownJson(`${JSON.stringify(outcome.json, null, 2)}\n`)
      : (outcome.formats?.[format]?.() ?? textOf(outcome, terminal));
  const text = outcome.raw ?? (await rendered());
  process.exitCode = outcome.exitCode ?? 0;
  process.stdout.write(text);
}

async function textOf({ text }: Outcome, terminal: Terminal): Promise<string> {
  return shown(await text(terminal), terminal);
}

function useColor(): boolean {
  return process.stdout.isTTY === true && !process.env["NO_COLOR"];
}

function optionOf(option: CommandOption): Option {
  const built = new Option(option.form, option.explanation);
  if (option.choices !== undefined) built.choices([...option.choices]);
  if (option.default !== undefined) built.default(option.default);
  if (option.group !== undefined) built.helpGroup(`${option.group}:`);
  if (option.many === true)
    built.argParser((value: string, before: readonly string[] | undefined) => [...(before ?? []), value]);
  return built;
}

function optionsOf(values: Readonly<Record<string, unknown>>): Options {
  return {
    text: (name) => {
      const value = values[name];
      return typeof value === "string" ? value : null;
    },
    texts: (name) => {
      const value = values[name];
      return Array.isArray(value) ? value.map(String) : typeof value === "string" ? [value] : [];
    },
    // Commander keeps `--no-dev` as a `dev` that is false.
    flag: (name) => values[name] === true || values[withoutNo(name)] === false,
  };
}

/** `dev` for `noDev`; nothing for any other name. */
function withoutNo(name: string): string {
  const [, first = "", rest = ""] = /^no([A-Z])(.*)$/.exec(name) ?? [];
  return `${first.toLowerCase()}${rest}`;
}

function examplesText(command: Command): string {
  return `\nExamples:\n${command.examples.map(([line, does]) => `  $ ${line}\n      ${does}\n`).join("")}`;
}
