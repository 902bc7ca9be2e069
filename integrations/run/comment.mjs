/**
 * The first line of a comment, by which it is found again. `name` tells several comparisons of one request apart.
 * @param {string} name
 */
export function markerOf(name) {
  const safe = name.replace(/[^A-Za-z0-9._-]+/g, "-").slice(0, 80) || "compare";
  return `<!-- hardpan ${safe} -->`;
}

/**
 * A comment's text: the marker, what is to be said, and the commit it is about, in at most `limit` characters.
 * @param {{ readonly marker: string, readonly text: string, readonly commit: string, readonly limit: number }} parts
 */
export function commentBody({ marker, text, commit, limit }) {
  const footer = /^[0-9a-f]{7,64}$/.test(commit) ? `\n<sub>hardpan compare, at ${commit.slice(0, 12)}</sub>\n` : "";
  const room = limit - marker.length - footer.length - 2;
  return `${marker}\n${shortened(withoutMentions(text), room)}\n${footer}`;
}

/** A package such as @acme/security must not call the people of that name. In code nobody is called. */
function withoutMentions(text) {
  return text
    .split(/(`+[^`\n]*`+)/)
    .map((part, index) => (index % 2 === 1 ? part : part.replace(/@(?=\w)/g, "@<!-- -->")))
    .join("");
}

/** Whole lines of `text`, with what was opened closed again. */
function shortened(text, room) {
  if (text.length <= room) return text;
  const note = "\n\nThis is not all: the report of the job is longer.\n";
  const closing = "\n</details>\n";
  const most = room - note.length - closing.length;
  const end = text.lastIndexOf("\n", most);
  const kept = text.slice(0, end === -1 ? most : end);
  const open = kept.split("<details>").length - kept.split("</details>").length;
  return `${kept}${open > 0 ? closing : ""}${note}`;
}

/**
 * Writes a comment once: the one that begins with `marker` and that we wrote ourselves is replaced, and only where there is
 * none a new one is made. A comment of anybody else is left alone, whatever it begins with.
 * @template Comment
 * @param {{
 *   readonly list: () => AsyncIterable<Comment>,
 *   readonly textOf: (comment: Comment) => unknown,
 *   readonly isOurs: (comment: Comment) => boolean,
 *   readonly create: (body: string) => Promise<unknown>,
 *   readonly update: (comment: Comment, body: string) => Promise<unknown>,
 * }} place
 * @param {{ readonly marker: string, readonly body: string }} comment
 */
export async function writeOnce({ list, textOf, isOurs, create, update }, { marker, body }) {
  for await (const comment of list()) {
    const text = textOf(comment);
    if (typeof text !== "string" || !text.startsWith(marker) || !isOurs(comment)) continue;
    await update(comment, body);
    return "updated";
  }
  await create(body);
  return "created";
}
