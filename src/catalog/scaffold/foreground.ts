import type { ServiceUnit } from "./unit/service.ts";

/** Arguments that keep a program in the foreground; `look` says what to look at where that is not known. */
export interface Foreground {
  readonly arguments: readonly string[];
  readonly look: string | null;
}

/** Programs that go into the background unless told otherwise, and what tells them. */
const staying: ReadonlyMap<string, (words: readonly string[]) => readonly string[]> = new Map([
  ["nginx", (words) => [...without(words, /daemon on|daemon off/, 1), "-g", "daemon off;"]],
  ["apache2", () => ["-D", "FOREGROUND"]],
  ["lighttpd", adding("-D")],
  ["named", adding("-f")],
  ["squid", adding("--foreground")],
  ["haproxy", adding("-db")],
  ["snmpd", adding("-f")],
  ["proftpd", adding("--nodaemon")],
  ["dovecot", adding("-F")],
  ["monit", adding("-I")],
  ["dnsmasq", adding("--keep-in-foreground")],
  ["slapd", adding("-d", "0")],
  ["inetd", adding("-i")],
  ["ngircd", adding("--nodaemon")],
]);

/** Options that send a program into the background, whatever it is. */
const going = /^--(daemon|daemonize|daemonise|background|fork|detach)(=(yes|true|on|1))?$/;

/** The arguments of a service without what sends it into the background, and with what keeps it from that. */
export function foreground({ type, command }: Pick<ServiceUnit, "type" | "command">): Foreground {
  const [program = "", ...words] = command;
  const rule = staying.get(program.slice(program.lastIndexOf("/") + 1));
  const kept = words.filter((_, at) => !isGoing(words, at) && !isForSystemd(words, at));
  if (type !== "forking") return { arguments: kept, look: null };
  if (rule !== undefined) return { arguments: rule(kept), look: null };
  if (words.some((_, at) => isGoing(words, at)))
    return { arguments: kept, look: "look whether it stays in the foreground now" };
  return { arguments: kept, look: "Debian starts it in the background: look for its option to stay in the foreground" };
}

/** Whether a word is such an option, or the `yes` behind it; with a `no` it keeps the program where it is. */
function isGoing(words: readonly string[], at: number): boolean {
  const [before = "", word = "", after = ""] = [words[at - 1], words[at], words[at + 1]];
  if (going.test(word)) return !/^(no|false|off|0)$/.test(after);
  return going.test(before) && !before.includes("=") && /^(yes|true|on|1)$/.test(word);
}

/** `--supervised systemd`: there is none that listens. */
function isForSystemd(words: readonly string[], at: number): boolean {
  const isPair = (index: number) => words[index] === "--supervised" && words[index + 1] === "systemd";
  return isPair(at) || isPair(at - 1);
}

function adding(...more: readonly string[]): (words: readonly string[]) => readonly string[] {
  return (words) => [...more, ...words.filter((word) => !more.includes(word))];
}

/** `words` less the one that fits, and as many before it. */
function without(words: readonly string[], pattern: RegExp, before: number): readonly string[] {
  const at = words.findIndex((word) => pattern.test(word));
  return at === -1 ? words : words.filter((_, index) => index > at || index < at - before);
}
