import { z } from "zod";
import { scalarText } from "../../definition/scalar.ts";

/** Seconds: a whole number from 1 to an hour. */
export const seconds = number(1, 3600, "a number of seconds from 1 to 3600");

/** The exit code of a process. */
export const exitCode = number(0, 255, "an exit code from 0 to 255");

/** The number of a TCP port. */
export const portNumber = number(1, 65_535, "a port from 1 to 65535");

/** The status of an HTTP answer. */
export const httpStatus = number(100, 599, "an HTTP status from 100 to 599");

/** A regular expression of JavaScript, in which ^ and $ stand for the begin and end of a line. */
export const pattern = scalarText.transform((text, context) => {
  const refuse = (message: string) => {
    context.addIssue({ code: "custom", message });
    return z.NEVER;
  };
  if (text.length > longestPattern) return refuse(`is longer than ${longestPattern} characters`);
  try {
    return new RegExp(text, "m");
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message.replace(/^.*: (?=[^:]*$)/s, "") : String(cause);
    return refuse(`is no regular expression: ${reason}`);
  }
});

const longestPattern = 4000;

/** A value or a list of values, as a list. */
export function oneOrMany<Schema extends z.ZodType>(item: Schema) {
  return z
    .union([item, z.array(item).min(1, "must not be empty")])
    .transform((value): readonly z.output<Schema>[] => (Array.isArray(value) ? value : [value]));
}

/** Text of a form; `what` completes "must be …". */
export function formed(form: RegExp, what: string) {
  return scalarText.refine((value) => form.test(value), { error: `must be ${what}` });
}

/** An absolute path without `.` and `..`, and without what separates the parts of an option of the engine. */
const path = String.raw`(?:\/(?!\.\.?(?:[\/:]|$))[^\p{Cc}:,\/]{1,255}){1,64}`;
const pathForm = "an absolute path without . and .. parts, colons and commas, and without a slash at its end";

/** An absolute path in a container, but not its root. */
export const containerPath = formed(new RegExp(`^${path}$`, "u"), pathForm);

/** A folder in a container, which may be its root. */
export const containerFolder = formed(new RegExp(`^(?:\\/|${path})$`, "u"), pathForm);

const tmpfsOption = "(?:[ug]id=\\d{1,10}|mode=0?[0-7]{3,4}|size=\\d{1,10}[kmg]?|exec)";

/** A folder in memory: a path, and options of `--tmpfs`. */
export const tmpfsEntry = formed(
  new RegExp(`^${path}(?::${tmpfsOption}(?:,${tmpfsOption}){0,9})?$`, "u"),
  "an absolute path, and perhaps a colon with uid=…, gid=…, mode=…, size=…, exec and commas between them",
);

/** A word of a command line. */
export const word = scalarText.refine((value) => !value.includes("\0"), { error: "must not have a NUL character" });

/** The name of a step or check. */
export const label = formed(/^(?=.*\S)[^\p{Cc}]{1,200}$/u, "a line of text with at most 200 characters");

/** The name of an HTTP header. */
export const headerName = formed(/^[!#$%&'*+.^`|~\w-]{1,100}$/, "the name of a header");

function number(from: number, to: number, what: string) {
  return z
    .string()
    .refine((value) => /^(0|[1-9]\d{0,8})$/.test(value) && Number(value) >= from && Number(value) <= to, {
      error: `must be ${what}`,
    })
    .transform(Number)
    .meta({ type: "integer", minimum: from, maximum: to });
}
