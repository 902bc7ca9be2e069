import type { PackageIndex } from "../../../apt/model.ts";
import type { ScaffoldFacts } from "../../../catalog/scaffold/facts.ts";
import type { ScaffoldRequest } from "../../../catalog/scaffold/plan.ts";
import { parseServices } from "../../../catalog/scaffold/ports.ts";
import { licensesOf, mainLicensesOf } from "../../../debian/copyright.ts";
import { debianCodename } from "../../../definition/syntax.ts";
import { CodedError } from "../../../error.ts";
import type { Ports } from "../../ports.ts";
import { readDebianSupport } from "../debian-lists.ts";
import { readPackages } from "./package-facts.ts";

/** The licences that the copyright file of the package, or of its source, names. */
export function licensesIn({ main, own }: ScaffoldFacts): ScaffoldRequest["licenses"] {
  const family = [main, ...own.filter(({ source }) => source === main.source)];
  const texts = family.flatMap(({ name, texts: all }) => all.get(`/usr/share/doc/${name}/copyright`) ?? []);
  const [text = ""] = texts;
  const ofAll = mainLicensesOf(text);
  if (ofAll !== null && ofAll.length > 0) return { expressions: ofAll, areMain: true };
  return { expressions: licensesOf(text), areMain: false };
}

/** The day until which Debian mends a release, ISO; that of long-term support once its security team no longer does. */
export async function endOfSupport(index: PackageIndex, release: string, ports: Ports): Promise<string | null> {
  const codename = debianCodename({ name: "debian", release }) ?? "";
  const today = ports.now().toISOString().slice(0, 10);
  return await orNull(async () => {
    const support = await readDebianSupport(index, { codename, release, today }, ports);
    const { eol = null, lts = null } = support?.lifetime ?? {};
    return eol !== null && eol < today ? lts : eol;
  }, ports);
}

/** Debian's list of services and their ports; empty where it cannot be had. */
export async function readServices(index: PackageIndex, ports: Ports): Promise<ScaffoldFacts["services"]> {
  const [netbase] = index.find("netbase");
  const facts = netbase === undefined ? null : await orNull(async () => await readPackages([netbase], ports), ports);
  return parseServices(facts?.[0]?.texts.get("/etc/services") ?? "");
}

/** What is nice to know: null where it cannot be had. */
async function orNull<Value>(ask: () => Promise<Value | null>, ports: Ports): Promise<Value | null> {
  try {
    return await ask();
  } catch (cause) {
    ports.signal.throwIfAborted();
    if (!(cause instanceof CodedError)) throw cause;
    return null;
  }
}
