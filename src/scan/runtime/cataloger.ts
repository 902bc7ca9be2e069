import { genericPurl } from "../../sbom/purl.ts";
import type { Cataloger, FoundPackage, ScanContext } from "../cataloger.ts";
import { onePerPurl } from "../one-per-purl.ts";
import { beside, type Installed, installedPrograms, versionOf, versionsTogether } from "./installed.ts";
import { ownPrograms } from "./ownership.ts";
import { readProgram, rowFor } from "./program.ts";
import { type RuntimeFinding, textNames, textReader } from "./texts.ts";
import { toolchains } from "./toolchain.ts";

/** No text of a runtime is longer. */
const mostText = 2 ** 20;

/**
 * Runtimes, servers and libraries that images bring without a package: copied from another image, compiled, or unpacked
 * from an archive. They are known by the names of their files, and their versions by texts in them and beside them; where
 * none tells, the version is empty. What a package owns, or another cataloger has found, is not listed again.
 */
export const runtimeCataloger: Cataloger<RuntimeFinding> = {
  name: "runtime",
  // Where busybox is installed as hard links, its file may have the name of any of its programs.
  interest: { names: [...textNames, "busybox"], programs: true },
  reading(path, { size }) {
    const read = textReader(path);
    if (read !== null) {
      return size > mostText ? null : { limit: mostText, read: (content) => read(new TextDecoder().decode(content)) };
    }
    const known = rowFor(path);
    return known === null ? null : { stream: () => readProgram(known.row, known.series) };
  },
  catalog(context) {
    const installed = installedPrograms(context);
    const together = versionsTogether(installed);
    const programs = installed.map((one) => {
      const version = versionOf(one, { together, context });
      return { one, item: packageOf(one, { version, context }) };
    });
    const found = [...toolchains(context), ...programs.map(({ item }) => item)];
    ownPrograms(
      context,
      programs.map(({ one, item }) => [one, item.purl] as const),
    );
    return onePerPurl(found).filter((item) => !context.found.some((other) => isSame(item, other)));
  },
};

function packageOf(
  one: Installed,
  { version, context }: { readonly version: string; readonly context: ScanContext<RuntimeFinding> },
): FoundPackage {
  const { name } = one.row;
  const text = context.findings.get(beside(one, "LICENSE"));
  const license = name === "node" && text?.kind === "license" ? text.license : one.row.license(version);
  return {
    ...{ type: "generic", name, version, source: null, purl: genericPurl(name, version) },
    ...{ licenses: license === null ? [] : [license], locations: [one.path], supplier: null, architecture: null },
    comments: version === "" ? ["version not found"] : [],
  };
}

/** A record of the builder may name the runtime without naming this file. */
function isSame(item: FoundPackage, other: FoundPackage): boolean {
  return item.type === other.type && item.name === other.name && item.version === other.version;
}
