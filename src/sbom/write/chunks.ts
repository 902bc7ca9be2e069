/** A member of a JSON document: a value, one made when its turn comes, or a list whose items are made one by one. */
export type JsonMember =
  | { readonly key: string; readonly value: unknown }
  | { readonly key: string; readonly make: () => unknown }
  | { readonly key: string; readonly items: Iterable<unknown> };

const chunkLength = 65_536;

/**
 * A JSON object as chunks of text of about 64 KB: every member on a line of its own, and every item of a list. No more of it
 * than one chunk is held at a time.
 */
export function* jsonChunks(members: readonly JsonMember[]): Generator<string> {
  let text = "{";
  for (const [index, member] of members.entries()) {
    text += `${index === 0 ? "" : ","}\n  ${JSON.stringify(member.key)}: `;
    if (!("items" in member)) {
      text += JSON.stringify("make" in member ? member.make() : member.value);
      continue;
    }
    let isFirst = true;
    text += "[";
    for (const item of member.items) {
      text += `${isFirst ? "" : ","}\n    ${JSON.stringify(item)}`;
      isFirst = false;
      if (text.length > chunkLength) {
        yield text;
        text = "";
      }
    }
    text += isFirst ? "]" : "\n  ]";
  }
  yield `${text}\n}\n`;
}
