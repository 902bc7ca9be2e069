import { readFile, stat } from "node:fs/promises";
import { requireWatchable } from "../../flow/vuln/watch/identity.ts";
import type { WatchRequest } from "../../flow/vuln/watch/ports.ts";
import type { Webhook } from "../../flow/vuln/watch/webhook.ts";
import { repositoryNamed } from "../../flow/vuln/watch/wire.ts";
import { parseTarget } from "../../http/target.ts";
import { filterFlags } from "../../vuln/filter.ts";
import type { Options } from "../command.ts";
import { CliError } from "../error.ts";
import { filterOf, matchingOf, words } from "./options.ts";

/** What the command line asks to watch. Throws CLI_USAGE, FLOW_UNSUPPORTED_REFERENCE and OCI_REFERENCE_INVALID. */
export async function watchRequest(named: readonly string[], options: Options): Promise<WatchRequest> {
  const file = options.text("file");
  const references = [...new Set([...named, ...(file === null ? [] : await referencesIn(file))])];
  const repositories = [...new Set(options.texts("repository").map(repositoryNamed))];
  for (const reference of references) requireWatchable(reference);
  if (references.length + repositories.length === 0) {
    throw usage("watch needs references, --file or --repository", "hardpan watch registry://ghcr.io/acme/app:1");
  }
  const tag = options.text("tag");
  const asked = tag === null ? (options.flag("allImages") ? "--all-images" : null) : "--tag";
  if (asked !== null && repositories.length === 0) throw usage(`${asked} is for --repository, and none is named`);
  const unknown = words(options, "exitOn").find((word) => word !== "vulnerability");
  if (unknown !== undefined) throw usage(`--exit-on ${unknown} is not known`, "the condition is vulnerability");
  const { policy, archive } = matchingOf(options);
  return {
    references,
    repositories,
    tag: tag === null ? null : patternOf(tag),
    allImages: options.flag("allImages"),
    interval: 1000 * numberOf(options, { name: "interval", flag: "--interval", most: 604_800 }),
    workers: numberOf(options, { name: "workers", flag: "--workers", most: 32 }),
    once: options.flag("once"),
    dryRun: options.flag("dryRun"),
    exitOnVulnerability: options.texts("exitOn").length > 0,
    settings: [
      options.text("platform") ?? "",
      policy,
      archive,
      ...filterFlags(filterOf(options)),
      ...vexFlags(options),
    ],
  };
}

/** Where changes are posted; null where nowhere. Throws CLI_USAGE, CLI_SECRET_INVALID and HTTP_URL_INVALID. */
export async function webhookOf(options: Options): Promise<Webhook | null> {
  const url = options.text("webhook");
  const file = options.text("webhookSecret");
  if (url === null) {
    if (file !== null) throw usage("--webhook-secret is for --webhook, and none is named");
    return null;
  }
  parseTarget(url);
  return { url, secret: file === null ? null : await secretIn(file) };
}

function vexFlags(options: Options): readonly string[] {
  const names = ["vexLocation", "vexAuthor", "vexKey"];
  return names.flatMap((name) => options.texts(name).map((value) => `${name} ${value}`));
}

/** Largest file of references, in bytes. */
const listLimit = 4 * 1024 * 1024;

/** One reference a line; empty lines and those that begin with `#` are passed over. */
async function referencesIn(file: string): Promise<readonly string[]> {
  const text = (await readLimited(file, listLimit)).toString("utf8");
  return text.split("\n").flatMap((line) => (/^\s*(?:#|$)/.test(line) ? [] : [line.trim()]));
}

/** Largest secret, in bytes. */
const secretLimit = 65_536;

async function secretIn(file: string): Promise<Uint8Array> {
  const content = await readLimited(file, secretLimit).catch((cause: unknown) => {
    throw new CliError("CLI_SECRET_INVALID", `--webhook-secret: ${file} cannot be read, or is too large`, {
      hint: `name a file of at most ${secretLimit} bytes`,
      cause,
    });
  });
  const secret = content.at(-1) === 0x0a ? content.subarray(0, content.at(-2) === 0x0d ? -2 : -1) : content;
  if (secret.length > 0) return secret;
  throw new CliError("CLI_SECRET_INVALID", `--webhook-secret: ${file} is empty`, {
    hint: "write a secret to it, such as openssl rand -hex 32 makes",
  });
}

async function readLimited(file: string, limit: number): Promise<Buffer> {
  const size = await stat(file).then(
    (found) => (found.isFile() ? found.size : null),
    () => null,
  );
  if (size !== null && size <= limit) return await readFile(file);
  throw usage(`${file} is no file that can be read, or has more than ${limit} bytes`);
}

function numberOf(
  options: Options,
  { name, flag, most }: { readonly name: string; readonly flag: string; readonly most: number },
): number {
  const text = options.text(name) ?? "";
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= 1 && value <= most) return value;
  throw usage(`${flag} ${text} is not a whole number from 1 to ${most}`);
}

/** A pattern comes from the command line of whoever runs it: one that takes long takes their own time. */
function patternOf(text: string): RegExp {
  try {
    return new RegExp(text);
  } catch (cause) {
    throw new CliError("CLI_USAGE", `--tag ${text} is not a regular expression`, {
      hint: "write one as JavaScript has them, such as '^1\\.'",
      cause,
    });
  }
}

function usage(message: string, hint?: string): CliError {
  return new CliError("CLI_USAGE", message, { hint: hint ?? "hardpan watch --help shows what is possible" });
}
