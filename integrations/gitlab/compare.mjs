// Compares two images for a merge request: docs/guides/ci.md says what is set for it and what it writes.
import { createApi } from "../run/api.mjs";
import { commentBody, markerOf, writeOnce } from "../run/comment.mjs";
import { compare, gateClosed } from "../run/compare.mjs";
import { readSettings } from "../run/settings.mjs";

/** The longest note that GitLab takes, in characters. */
const noteLimit = 1_000_000;

const { env } = process;
const settings = readSettings(env);

try {
  const { isClosed, counts, text } = await compare(settings, ".");
  console.log(`${counts.new} new, ${counts.gone} gone, ${counts.total} in all`);
  await note(text);
  process.exitCode = isClosed ? gateClosed : 0;
} catch (failure) {
  console.error(`error: ${messageOf(failure)}`);
  process.exitCode = 1;
}

/** A note that cannot be written is told, and no failure. */
async function note(text) {
  const [project, request] = [env.CI_MERGE_REQUEST_PROJECT_ID ?? "", env.CI_MERGE_REQUEST_IID ?? ""];
  if (!/^\d+$/.test(project) || !/^\d+$/.test(request)) return console.log("no note: this is no merge request");
  if (!env.HARDPAN_GITLAB_TOKEN) return console.log("no note: HARDPAN_GITLAB_TOKEN is not set");
  try {
    const api = createApi({ base: env.CI_API_V4_URL ?? "", headers: { "private-token": env.HARDPAN_GITLAB_TOKEN } });
    const marker = markerOf(settings.text("NAME"));
    const commit = env.CI_COMMIT_SHA ?? "";
    const body = withoutQuickActions(commentBody({ marker, text, commit, limit: noteLimit }));
    const notes = `projects/${project}/merge_requests/${request}/notes`;
    const { id: us } = await api.get("user");
    const place = {
      list: () => api.list(`${notes}?per_page=100&sort=asc&order_by=created_at`),
      textOf: ({ body: written }) => written,
      isOurs: ({ id, author, system }) => Number.isSafeInteger(id) && author?.id === us && system !== true,
      create: async (written) => await api.post(notes, { body: written }),
      update: async ({ id }, written) => await api.put(`${notes}/${id}`, { body: written }),
    };
    console.log(`note ${await writeOnce(place, { marker, body })}`);
  } catch (failure) {
    console.error(`warning: no note: ${messageOf(failure)}`);
  }
}

/** A line of a note that begins with a slash is a command, such as /approve, with the rights of the token. */
function withoutQuickActions(text) {
  return text.replace(/^([ \t]*)\//gm, "$1\\/");
}

function messageOf(failure) {
  return failure instanceof Error ? failure.message : String(failure);
}
