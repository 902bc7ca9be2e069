import { z } from "zod";

/**
 * Scalars of a definition. YAML is read with every scalar as its source text, so that a bare `1.31`, `0755` or
 * `2027-04-30` is never turned into another value; these schemas then read numbers and booleans out of the text.
 */

/** Whether `value` still has an expression to expand, so that its format cannot be checked yet. */
export function isTemplated(value: string): boolean {
  return value.includes("${") || value.includes("#{ ");
}

/** Text that must not be empty. */
export const text = z.string().min(1, "must not be empty");

/** Any text, also empty; a bare YAML number or boolean keeps its source text. */
export const scalarText = z.string().meta({ type: ["string", "number", "boolean"] });

/** A whole number from 0 up to the largest user id. */
export const integer = z
  .string()
  .regex(/^(0|[1-9]\d{0,9})$/, "must be a whole number")
  .transform(Number)
  .refine((value) => value <= 0xfffffffe, "must be at most 4294967294")
  .meta({ type: "integer", minimum: 0, maximum: 0xfffffffe });

/** `true` or `false`. */
export const flag = z
  .enum(["true", "True", "TRUE", "false", "False", "FALSE"], { error: "must be true or false" })
  .transform((value) => value.toLowerCase() === "true")
  .meta({ type: "boolean" });

/** Text of a known form, checked once it has nothing left to expand; `what` completes "must be …". */
export function formatted(pattern: RegExp, what: string) {
  return z.string().refine((value) => pattern.test(value) || isTemplated(value), { error: `must be ${what}` });
}

/** An OCI tag. */
export const tag = formatted(/^\w[\w.-]{0,127}$/, "a tag: letters, digits, . _ -, at most 128 of them");

/** An octal mode as text, with or without a leading 0. */
export const mode = formatted(/^0?[0-7]{3,4}$/, "an octal mode such as 0755");

/** An ISO date, or date and time. */
export const date = formatted(/^\d{4}-\d{2}-\d{2}(T[\d:.]+(Z|[+-]\d{2}:\d{2})?)?$/, "a date such as 2028-04-30").refine(
  (value) => isPossible(value.slice(0, 10)),
  { error: "must be a day that there is" },
);

/** What has not the form of a day, as a template has not, is no matter of this. */
function isPossible(day: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(day)) return true;
  const time = Date.parse(`${day}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(day);
}

/** An absolute path inside the image, as `imagePath` is one. */
export const absolutePath = formatted(/^\/(?!(?:.*\/)?\.\.(?:\/|$))[^\0]*$/, "an absolute path without .. parts");

/** A signal of Linux by name, with or without SIG, or by number. */
export const signal = formatted(
  /^(\d{1,2}|(SIG)?(HUP|INT|QUIT|ILL|TRAP|ABRT|IOT|BUS|FPE|KILL|USR[12]|SEGV|PIPE|ALRM|TERM|STKFLT|CHLD|CLD|CONT|STOP|TSTP|TTIN|TTOU|URG|XCPU|XFSZ|VTALRM|PROF|WINCH|IO|POLL|PWR|SYS|RTMIN(\+\d{1,2})?|RTMAX(-\d{1,2})?))$/,
  "a signal such as SIGTERM",
);

/** A port or range of ports with an optional protocol. */
export const port = formatted(/^\d{1,5}(-\d{1,5})?(\/(tcp|udp|sctp))?$/, "a port such as 8080/tcp or 4510-4559");

/** A path inside the image without `..`, or one that begins with a variable. */
export const imagePath = formatted(/^(?!(?:.*\/)?\.\.(?:\/|$))[^\0]+$/, "a path without .. parts");

/** The name of an environment variable. */
export const variableName = formatted(/^[^\s=\0]+$/, "the name of a variable");
