import type { Action, ActionInputs } from "../action.ts";
import { isoDate } from "../date.ts";
import { shellQuote } from "../quote.ts";

/** Where a stage collects fragments when the context names no other place. */
const defaultFolder = "/opt/docker/sbom";

/** States a package that no scan can find, as an SPDX 2.3 document in the folder SBOM fragments are collected from. */
export const spdx: Action = {
  name: "spdx@v1",
  inputs: { name: "required", version: "required", license: "required", purl: "required" },
  write: (inputs, context) => {
    const name = inputs.requiredText("name");
    if (!/^[A-Za-z0-9@][\w.+@~-]*$/.test(name)) {
      throw inputs.invalid("name", "becomes a folder's name: letters, digits and . _ + @ ~ - are allowed");
    }
    const folder = shellQuote(`${context.sbomDir ?? defaultFolder}/${name}`);
    const document = JSON.stringify(spdxDocument(inputs, { name, epoch: context.epoch }), null, 2);
    return {
      lines: [
        `mkdir -p -- ${folder}`,
        `printf '%s\\n' ${shellQuote(document)} >${folder}/spdx.json`,
        `touch -d ${shellQuote(`@${context.epoch}`)} -- ${folder}/spdx.json`,
      ],
      programs: ["mkdir", "touch"],
    };
  },
};

function spdxDocument(inputs: ActionInputs, { name, epoch }: { readonly name: string; readonly epoch: number }) {
  const version = inputs.requiredText("version");
  const purl = inputs.requiredText("purl");
  if (!/^pkg:[a-zA-Z][a-zA-Z0-9.+-]*\/\S+$/.test(purl)) {
    throw inputs.invalid("purl", "must be a package URL such as pkg:generic/name@1.0");
  }
  const license = inputs.requiredText("license");
  if (!/^[\w.+() :-]+$/.test(license)) {
    throw inputs.invalid("license", "must be an SPDX license expression such as MIT OR Apache-2.0");
  }
  const id = `SPDXRef-Package-${name.replace(/[^A-Za-z0-9.-]/g, "-")}`;
  return {
    spdxVersion: "SPDX-2.3",
    dataLicense: "CC0-1.0",
    SPDXID: "SPDXRef-DOCUMENT",
    name,
    documentNamespace: `urn:hardpan:spdx:${encodeURIComponent(name)}:${encodeURIComponent(version)}:${encodeURIComponent(purl)}`,
    creationInfo: { created: isoDate(epoch), creators: ["Tool: hardpan"] },
    packages: [
      {
        SPDXID: id,
        name,
        versionInfo: version,
        downloadLocation: "NOASSERTION",
        filesAnalyzed: false,
        licenseConcluded: "NOASSERTION",
        licenseDeclared: license,
        copyrightText: "NOASSERTION",
        externalRefs: [{ referenceCategory: "PACKAGE-MANAGER", referenceType: "purl", referenceLocator: purl }],
      },
    ],
    relationships: [{ spdxElementId: "SPDXRef-DOCUMENT", relationshipType: "DESCRIBES", relatedSpdxElement: id }],
  };
}
