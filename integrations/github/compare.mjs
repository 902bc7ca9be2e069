// Compares two images for a pull request: docs/guides/ci.md says what is set for it and what it writes.
import { randomUUID } from "node:crypto";
import { appendFile, mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { createApi } from "../run/api.mjs";
import { commentBody, markerOf, writeOnce } from "../run/comment.mjs";
import { compare, gateClosed } from "../run/compare.mjs";
import { runHardpan } from "../run/hardpan.mjs";
import { findingArguments, readSettings } from "../run/settings.mjs";

/** The longest comment that GitHub takes, and the longest summary of a step, in characters. */
const [commentLimit, summaryLimit] = [65_536, 1_000_000];

const { env } = process;
const settings = readSettings(env);

try {
  process.exitCode = await main();
} catch (failure) {
  say("error", failure instanceof Error ? failure.message : String(failure));
  process.exitCode = 1;
}

async function main() {
  const folder = join(env.RUNNER_TEMP || ".", "hardpan", markerOf(settings.text("NAME")).replace(/[^\w.-]+/g, ""));
  await mkdir(folder, { recursive: true });
  const { image, files, isClosed, counts, text } = await withoutCommands(async () => await compare(settings, folder));
  await append(env.GITHUB_STEP_SUMMARY, `${text.slice(0, summaryLimit)}\n`);
  const sarif = settings.flag("SARIF") ? await writeSarif(image, folder) : "";
  await output({
    ...counts,
    result: isClosed ? "failed" : "passed",
    json: files.json,
    markdown: files.markdown,
    sarif,
  });
  if (settings.flag("COMMENT")) await comment(text);
  return isClosed ? gateClosed : 0;
}

async function writeSarif(image, folder) {
  const file = join(folder, "hardpan.sarif");
  const args = ["cves", ...findingArguments(settings), "--format=sarif", `--output=${file}`, "--", image];
  if ((await withoutCommands(async () => await runHardpan(args))) === 0) return file;
  throw new Error("SARIF could not be written; hardpan says why above");
}

/** A comment that cannot be written is told, and no failure: pull requests from forks may not comment. */
async function comment(text) {
  const request = await pullRequest();
  if (request === null) return say("notice", "no comment: this is no pull request");
  if (!env.GITHUB_TOKEN) return say("warning", "no comment: there is no token");
  try {
    const marker = markerOf(settings.text("NAME"));
    const body = commentBody({ marker, text, commit: request.commit, limit: commentLimit });
    console.log(`comment ${await writeOnce(commentsOf(request), { marker, body })}`);
  } catch (failure) {
    say("warning", `no comment: ${failure instanceof Error ? failure.message : String(failure)}`);
  }
}

/** The pull request that the event is about; null where it is about none. */
async function pullRequest() {
  const repository = env.GITHUB_REPOSITORY ?? "";
  if (!env.GITHUB_EVENT_PATH || !/^[\w.-]+\/[\w.-]+$/.test(repository)) return null;
  const { pull_request: request } = JSON.parse(await readFile(env.GITHUB_EVENT_PATH, "utf8"));
  if (!Number.isSafeInteger(request?.number) || request.number <= 0) return null;
  return { repository, number: request.number, commit: String(request.head?.sha ?? "") };
}

function commentsOf({ repository, number }) {
  const api = createApi({
    base: env.GITHUB_API_URL || "https://api.github.com",
    headers: {
      accept: "application/vnd.github+json",
      authorization: `Bearer ${env.GITHUB_TOKEN}`,
      "x-github-api-version": "2022-11-28",
    },
  });
  const author = settings.text("COMMENT_AUTHOR") || "github-actions[bot]";
  return {
    list: () => api.list(`repos/${repository}/issues/${number}/comments?per_page=100`),
    textOf: ({ body }) => body,
    isOurs: ({ id, user }) => user?.login === author && Number.isSafeInteger(id),
    create: async (body) => await api.post(`repos/${repository}/issues/${number}/comments`, { body }),
    update: async ({ id }, body) => await api.patch(`repos/${repository}/issues/comments/${id}`, { body }),
  };
}

/** What Hardpan prints may be of an image: while it runs, lines of the log are no commands to the runner. */
async function withoutCommands(task) {
  const token = randomUUID();
  console.log(`::stop-commands::${token}`);
  try {
    return await task();
  } finally {
    console.log(`::${token}::`);
  }
}

async function output(values) {
  const lines = Object.entries(values).map(([name, value]) => `${name}=${String(value).replace(/[\r\n]+/g, " ")}\n`);
  await append(env.GITHUB_OUTPUT, lines.join(""));
}

async function append(file, text) {
  if (file) await appendFile(file, text);
}

function say(level, message) {
  const escaped = message.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
  console.log(`::${level} title=Hardpan::${escaped}`);
}
