import { nameOf, parentOf } from "../../facts/path.ts";
import { genericPurl } from "../../sbom/purl.ts";
import type { FoundPackage, ScanContext } from "../cataloger.ts";
import { javaFiles, javaLicense } from "./openjdk.ts";
import type { RuntimeFinding } from "./texts.ts";

/** Java runtimes and Go installations that no package owns: folders with a text that tells the version. They own theirs. */
export function toolchains(context: ScanContext<RuntimeFinding>): readonly FoundPackage[] {
  return [...context.findings].flatMap(([path, finding]) => {
    const item = context.owners.owns(path) ? null : packageAt(path, { finding, context });
    if (item !== null) context.owners.addFolder(parentOf(path), item.purl);
    return item ?? [];
  });
}

function packageAt(
  path: string,
  { finding, context }: { readonly finding: RuntimeFinding; readonly context: ScanContext<RuntimeFinding> },
): FoundPackage | null {
  const has = (file: string) => context.tree.files.has(`${parentOf(path)}/${file}`);
  if (finding.kind === "java" && javaFiles.some(has)) {
    const { version, runtime, vendor, product } = finding;
    const runtimeComment = runtime === null || runtime === version ? [] : [`runtime version ${runtime}`];
    return {
      ...toolchain("openjdk", version, path),
      licenses: javaLicense(finding),
      supplier: vendor,
      comments: [...runtimeComment, ...(product === null ? [] : [product])],
    };
  }
  if (finding.kind === "version" && nameOf(path) === "VERSION" && has("bin/go")) {
    return { ...toolchain("go", finding.version, path), licenses: ["BSD-3-Clause"] };
  }
  return null;
}

function toolchain(name: string, version: string, path: string): FoundPackage {
  return {
    ...{ type: "generic", name, version, source: null, purl: genericPurl(name, version) },
    ...{ licenses: [], locations: [path], supplier: null, architecture: null, comments: [] },
  };
}
