import { fieldOf, type Headers } from "./headers.ts";

const longest = 300;

/** Who a distribution is of: its author, else its maintainer, as `Name <mail>`, a name, or a mail address. */
export function supplierOf(headers: Headers): string | null {
  return personOf(headers, "author") ?? personOf(headers, "maintainer");
}

function personOf(headers: Headers, role: "author" | "maintainer"): string | null {
  const name = shortened(fieldOf(headers, role));
  const mail = shortened(fieldOf(headers, `${role}-email`));
  // Some write whole mailboxes where the name belongs.
  if (name?.includes("<")) return firstMailbox(name);
  if (mail === null) return name;
  const first = firstMailbox(mail);
  return name === null || first.includes("<") ? first : `${name} <${first}>`;
}

function shortened(value: string | null): string | null {
  const line = value?.replaceAll(/\s+/g, " ").slice(0, longest).trim() ?? "";
  return line === "" ? null : line;
}

/** The first of mailboxes (RFC 5322, section 3.4) that commas separate, its name without quotes. */
function firstMailbox(mailboxes: string): string {
  const [, quoted, rest = ""] = /^"([^"]*)" *(.*)$/.exec(mailboxes) ?? [];
  if (quoted === undefined) return (mailboxes.split(",")[0] ?? "").trim();
  return `${quoted} ${(rest.split(",")[0] ?? "").trim()}`.trim();
}
