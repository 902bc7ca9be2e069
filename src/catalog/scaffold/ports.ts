import { certain, type Guessed, likely, merged, type ScaffoldFacts, unsure } from "./facts.ts";
import type { ServiceUnit } from "./unit/service.ts";
import { parseUnitFile } from "./unit/unit-file.ts";

/**
 * Ports a service listens on, `6379/tcp`, by the first of these that says any: a socket unit of its own name, its arguments,
 * the configuration that its arguments name, the list of services. Null where nothing does.
 */
export function guessPorts(
  { own, services }: Pick<ScaffoldFacts, "own" | "services">,
  { unit, words }: { readonly unit: ServiceUnit; readonly words: readonly string[] },
): Guessed<readonly string[]> | null {
  const texts = new Map(own.flatMap((one) => [...one.texts]));
  return (
    fromSocket(texts, unit) ?? fromArguments(words, unit) ?? fromConfiguration(texts, words) ?? fromList(services, unit)
  );
}

function fromSocket(texts: ReadonlyMap<string, string>, unit: ServiceUnit): Guessed<readonly string[]> | null {
  const name = unit.name.replace(/\.service$/, ".socket");
  const socket = parseUnitFile(texts.get(`/usr/lib/systemd/system/${name}`) ?? "").get("Socket");
  const ports = [
    ...(socket?.get("ListenStream") ?? []).flatMap((value) => port(value, "tcp")),
    ...(socket?.get("ListenDatagram") ?? []).flatMap((value) => port(value, "udp")),
  ];
  return ports.length === 0 ? null : certain([...new Set(ports)], name);
}

function fromArguments(words: readonly string[], unit: ServiceUnit): Guessed<readonly string[]> | null {
  const found = words.flatMap((word, index) => {
    const [, joined] = /^--?(?:port|listen|http-port|listen-address|bind|addr|address)=(.*)$/.exec(word) ?? [];
    const isOption = /^(--?(port|listen|http-port|listen-address|bind|addr|address)|-p)$/.test(word);
    return port(joined ?? (isOption ? (words[index + 1] ?? "") : ""), "tcp");
  });
  return found.length === 0 ? null : likely([...new Set(found)], `the arguments of ${unit.name}`);
}

/** `port 6379`, `Port 22`, `listen 80`, `listener 1883`, `port = 5432`, `interface: 0.0.0.0@53` and the like, one setting on a line. */
const setting =
  /^[ \t]*(?:port|listen|listener|bind_port|listen_port|server_port|http_port)[ \t]*[ \t:=][ \t]*["']?(\S{1,60}?)["']?;?[ \t]*$/gim;

function fromConfiguration(
  texts: ReadonlyMap<string, string>,
  words: readonly string[],
): Guessed<readonly string[]> | null {
  for (const word of words) {
    const path = word.slice(word.startsWith("/") ? 0 : word.indexOf("=") + 1);
    const text = path.startsWith("/etc/") ? texts.get(merged(path)) : undefined;
    const found = [...(text ?? "").matchAll(setting)].flatMap(([, value = ""]) => port(value, "tcp"));
    if (found.length > 0) return likely([...new Set(found)], path);
  }
  return null;
}

/** The configuration among the arguments that names the loopback address to listen on, and no other; null for none. */
export function localOnly({ own }: Pick<ScaffoldFacts, "own">, words: readonly string[]): string | null {
  const texts = new Map(own.flatMap((one) => [...one.texts]));
  const isLocal = (path: string) => {
    const lines = [...(texts.get(path) ?? "").matchAll(listening)].map(([, value = ""]) => value);
    return lines.length > 0 && lines.every((value) => /127\.0\.0\.1|localhost|::1/.test(value));
  };
  return words.find((word) => word.startsWith("/etc/") && isLocal(word)) ?? null;
}

const listening = /^[ \t]*(?:bind|bind[-_]address|listen_addresses|bind_ip|interface)[ \t:=]+(\S.{0,200})$/gim;

function fromList(services: ScaffoldFacts["services"], unit: ServiceUnit): Guessed<readonly string[]> | null {
  const program = unit.command[0] ?? "";
  const names = [unit.name.replace(/@?\.service$/, ""), program.slice(program.lastIndexOf("/") + 1)];
  const forms = names.flatMap((name) => [name, name.replace(/-server$/, ""), name.replace(/d$/, "")]);
  const name = forms.find((form) => services.has(form));
  const ports = services.get(name ?? "") ?? [];
  return ports.length === 0 || name === undefined
    ? null
    : unsure(ports, `the service ${name} of /etc/services`, "look which ports its configuration has");
}

/** The port in `80`, `:80`, `0.0.0.0:80`, `[::]:80`; none for a path or a port that no program can have. */
function port(value: string, protocol: string): readonly string[] {
  const [, digits] = /^(?:\S*:|\S*@)?(\d{1,5})$/.exec(value) ?? [];
  const number = Number(digits ?? 0);
  return number >= 1 && number <= 65_535 ? [`${number}/${protocol}`] : [];
}

/** The lines of /etc/services: name, port and protocol, other names. */
export function parseServices(text: string): ReadonlyMap<string, readonly string[]> {
  const services = new Map<string, string[]>();
  for (const line of text.slice(0, 1 << 20).split("\n")) {
    const [name, place = "", ...aliases] = line.replace(/#.*$/, "").trim().split(/\s+/);
    if (name === undefined || !/^\d{1,5}\/(tcp|udp)$/.test(place)) continue;
    for (const one of [name, ...aliases]) services.set(one, [...(services.get(one) ?? []), place]);
  }
  return services;
}
