import { type CommandContext, readCommand, takesHeredocs } from "./command.ts";
import { readDirectives } from "./directives.ts";
import { heredocWords } from "./heredoc.ts";
import { continuedLength, isBlankLine, isCommentLine, type Line, positionIn, splitLines } from "./lines.ts";
import { joinLogical, leadingSpace, maximumLength, tooLarge } from "./text.ts";
import type { Command, Diagnostic, Dockerfile, Heredoc, Instruction, Node } from "./tree.ts";

/**
 * Reads a Dockerfile into a lossless tree, by the rules of BuildKit's parser. Takes any text: what a builder would
 * refuse is listed in `diagnostics`, in order. Throws DOCKERFILE_TOO_LARGE beyond `maximumLength`.
 */
export function parseDockerfile(source: string): Dockerfile {
  if (source.length > maximumLength) throw tooLarge();
  const lines = splitLines(source);
  const { byLine, escape: escapeCharacter, diagnostics: first } = readDirectives(lines);
  const diagnostics = [...first, ...longLines(lines)];
  const reader: Reader = { source, lines, escapeCharacter, diagnostics };

  const nodes: Node[] = [];
  for (let index = 0; index < lines.length; ) {
    const line = lines[index];
    if (line === undefined) break;
    const directive = byLine.get(index);
    const node = directive ?? simpleNode(line) ?? readInstruction(reader, index);
    nodes.push(node);
    do index += 1;
    while ((lines[index]?.start ?? source.length) < node.range.end);
  }
  if (!nodes.some((node) => node.kind === "instruction")) diagnostics.push(empty(reader));
  return { source, escape: escapeCharacter, nodes: anchored(nodes), diagnostics };
}

/** The source of a tree, put together from its nodes: `printDockerfile(parseDockerfile(x)) === x`. */
export function printDockerfile(dockerfile: Dockerfile): string {
  return dockerfile.nodes.map((node) => dockerfile.source.slice(node.range.start, node.range.end)).join("");
}

/** The instructions of a file in order. */
export function instructionsOf(dockerfile: Dockerfile): readonly Instruction[] {
  return dockerfile.nodes.filter((node) => node.kind === "instruction");
}

interface Reader {
  readonly source: string;
  readonly lines: readonly Line[];
  readonly escapeCharacter: string;
  readonly diagnostics: Diagnostic[];
}

const longestLine = 65_535;

function simpleNode(line: Line): Node | null {
  const range = { start: line.start, end: line.end };
  if (isCommentLine(line.text)) return { kind: "comment", range };
  return isBlankLine(line.text) ? { kind: "blank", range } : null;
}

function readInstruction(reader: Reader, index: number): Instruction {
  const { logical, next } = joinContinued(reader, index);
  const context: CommandContext = {
    positionOf: (range) => positionIn(reader.lines, range.start),
    report: (diagnostic) => reader.diagnostics.push(diagnostic),
  };
  const command = readCommand(logical, context);
  const announced = takesHeredocs(command) && logical.text.includes("<<") ? heredocWords(logical.text) : [];
  const { heredocs, end } = readHeredocs(reader, { announced, next, command });
  const start = reader.lines[index]?.start ?? 0;
  return { ...command, kind: "instruction", range: { start, end: reader.lines[end - 1]?.end ?? start }, heredocs };
}

/** The logical line that begins at line `index`, and the number of the first line after it. */
function joinContinued(reader: Reader, index: number) {
  const parts: { readonly text: string; readonly start: number }[] = [];
  let next = index;
  for (let goesOn = true; goesOn && next < reader.lines.length; next += 1) {
    const line = reader.lines[next];
    if (line === undefined) break;
    const first = next === index;
    if (!first && (isCommentLine(line.text) || isBlankLine(line.text))) continue;
    const indent = first ? leadingSpace(line.text) : 0;
    const length = continuedLength(line.text.slice(indent), reader.escapeCharacter);
    goesOn = length !== null;
    const end = length === null ? line.text.length : indent + length;
    parts.push({ text: line.text.slice(indent, end), start: line.start + indent });
  }
  return { logical: joinLogical(parts), next };
}

interface Announced {
  readonly announced: ReturnType<typeof heredocWords>;
  readonly next: number;
  readonly command: Command;
}

function readHeredocs(reader: Reader, { announced, next, command }: Announced) {
  const heredocs: Heredoc[] = [];
  let line = next;
  for (const word of announced) {
    const first = line;
    while (line < reader.lines.length && !terminates(reader.lines[line], word)) line += 1;
    const start = reader.lines[first]?.start ?? reader.source.length;
    const end = reader.lines[line]?.start ?? reader.source.length;
    heredocs.push({ ...word, content: reader.source.slice(start, end), range: { start, end } });
    if (line === reader.lines.length) {
      reader.diagnostics.push(unterminated(command, word.name));
      break;
    }
    line += 1;
  }
  return { heredocs, end: line };
}

function terminates(line: Line | undefined, word: { readonly name: string; readonly chomp: boolean }): boolean {
  const text = line?.text ?? "";
  return (word.chomp ? text.replace(/^\t+/, "") : text) === word.name;
}

/** A byte order mark belongs to the first node, so that the nodes cover the source. */
function anchored(nodes: readonly Node[]): readonly Node[] {
  return nodes.map((node, index) => (index === 0 ? { ...node, range: { start: 0, end: node.range.end } } : node));
}

function longLines(lines: readonly Line[]): readonly Diagnostic[] {
  return lines.flatMap((line, index) => {
    if (line.text.length <= longestLine) return [];
    const message = `the line is longer than ${longestLine} characters`;
    return [{ code: "DOCKERFILE_LINE_TOO_LONG", message, hint: "split it", position: { line: index + 1, column: 1 } }];
  });
}

function unterminated(command: Command, name: string): Diagnostic {
  const message = `the heredoc ${name.slice(0, 40)} of ${command.keyword} has no end`;
  const hint = `put ${name.slice(0, 40)} on a line of its own after the body`;
  return { code: "DOCKERFILE_HEREDOC_UNTERMINATED", message, hint, position: command.position };
}

function empty(reader: Reader): Diagnostic {
  const position = { line: Math.max(reader.lines.length, 1), column: 1 };
  return { code: "DOCKERFILE_EMPTY", message: "there is no instruction in it", hint: "begin with FROM", position };
}
