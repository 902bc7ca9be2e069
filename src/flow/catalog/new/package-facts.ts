import { posix } from "node:path";
import type { ArchivePackage } from "../../../apt/model.ts";
import { fetchPackages } from "../../../apt/package-download.ts";
import { createTarParser, type TarHeader } from "../../../archive/tar-read.ts";
import { isProgramPath, merged, type PackagedFile, type PackageFacts } from "../../../catalog/scaffold/facts.ts";
import { type Deb, readDeb } from "../../../debian/deb.ts";
import { fileTrait } from "../../../facts/trait.ts";
import type { Ports } from "../../ports.ts";
import { aptOptions, aptPorts } from "../../supply/apt-ports.ts";
import { fetchPackage } from "../../supply/inputs.ts";

/** Reads packages, all of which are fetched first. Throws what fetching packages throws, and DEB_INVALID. */
export async function readPackages(items: readonly ArchivePackage[], ports: Ports): Promise<readonly PackageFacts[]> {
  ports.report.step(`fetching ${items.length} packages`);
  await fetchPackages(items, aptPorts(ports), { ...aptOptions(ports), inputMirrors: ports.inputMirrors });
  ports.report.step("reading them");
  const facts: PackageFacts[] = [];
  for (const [index, item] of items.entries()) {
    ports.signal.throwIfAborted();
    ports.report.advance(index, items.length);
    facts.push(await readPackage(item, ports));
  }
  return facts;
}

const dataLimit = 2 ** 32;

async function readPackage(item: ArchivePackage, ports: Ports): Promise<PackageFacts> {
  const { name, version, source, depends } = item;
  const deb = await readDeb(await fetchPackage(item, ports), { what: `${name} ${version}`, dataLimit });
  const field = (key: string) => deb.controlStanza.get(key) ?? "";
  const [synopsis = "", ...description] = field("Description").split("\n");
  return {
    ...{ name, version, depends, source: source.name },
    ...{ section: field("Section"), homepage: field("Homepage"), synopsis, description: description.join("\n") },
    ...(await readFiles(deb)),
    scripts: scriptsOf(deb),
  };
}

const scriptNames = ["config", "preinst", "postinst"];
const scriptLimit = 1 << 20;

function scriptsOf({ control }: Deb): PackageFacts["scripts"] {
  return new Map(
    scriptNames.flatMap((name): [string, string][] => {
      const bytes = control.get(name);
      return bytes === undefined || bytes.length > scriptLimit ? [] : [[name, new TextDecoder().decode(bytes)]];
    }),
  );
}

const [textLimit, programLimit, filesLimit] = [1 << 18, 1 << 23, 200_000];

/** Files whose text says how a package is set up. */
const telling =
  /^\/(etc\/|usr\/lib\/systemd\/system\/[^/]+\.(service|socket)$|usr\/lib\/(sysusers|tmpfiles)\.d\/|usr\/share\/doc\/[^/]+\/copyright$)/;

async function readFiles(deb: Deb): Promise<Pick<PackageFacts, "files" | "texts" | "versionOptions">> {
  const files: PackagedFile[] = [];
  const texts = new Map<string, string>();
  const versionOptions = new Map<string, string>();
  const interpreters = new Map<string, string>();
  const parser = createTarParser(
    {
      entry: (header) => {
        const file = packaged(header);
        if (file !== null) files.push(file);
        return telling.test(pathOf(header)) ? textLimit : 0;
      },
      start: (header, start) => {
        const path = pathOf(header);
        const trait = fileTrait({ path, mode: header.mode }, start.subarray(0, start[0] === 0x23 ? start.length : 0));
        if (trait?.kind === "script") {
          interpreters.set(path, `${trait.interpreter} ${trait.argument ?? ""}`.trim());
          return textLimit;
        }
        return isProgramPath(path) ? programLimit : 0;
      },
      file: (header, content) => {
        const path = pathOf(header);
        const option = isProgramPath(path) ? versionOption(content) : null;
        if (option !== null) versionOptions.set(path, option);
        if (telling.test(path) || interpreters.has(path)) texts.set(path, new TextDecoder().decode(content));
      },
    },
    { limits: { entries: filesLimit } },
  );
  for await (const chunk of deb.dataStream()) parser.write(chunk);
  parser.end();
  const withInterpreter = (file: PackagedFile) => ({ ...file, interpreter: interpreters.get(file.path) ?? null });
  return { files: files.map(withInterpreter), texts, versionOptions };
}

function pathOf({ path }: Pick<TarHeader, "path">): string {
  return merged(`/${path}`);
}

function packaged(header: TarHeader): PackagedFile | null {
  const { type, mode, linkPath } = header;
  const path = pathOf(header);
  const base = { path, mode, target: null, interpreter: null };
  if (type === "file" || type === "directory") return { ...base, type };
  if (type === "link") return { ...base, type: "link", target: merged(`/${linkPath}`) };
  return type === "symlink" ? { ...base, type: "link", target: targetOf(path, linkPath) } : null;
}

function targetOf(path: string, link: string): string {
  return merged(posix.resolve(posix.dirname(path), link));
}

/** The option for a program's version: in a text of its own, among the names for getopt_long(3), or in its list of options. */
function versionOption(content: Uint8Array): string | null {
  const bytes = Buffer.from(content.buffer, content.byteOffset, content.byteLength);
  if (bytes.includes("--version") || bytes.includes("\0version\0")) return "--version";
  return /[\s\0](-[vV])[ \t:,]{1,40}[^\n\0]{0,30}version/.exec(bytes.toString("latin1"))?.[1] ?? null;
}
