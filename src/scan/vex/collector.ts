import type { InspectedTree } from "../../facts/files/tree.ts";
import { compareTexts } from "../../sbom/order.ts";
import type { Cataloger } from "../cataloger.ts";
import { ScanError } from "../error.ts";
import { findingOf } from "../finder.ts";

/** A VEX document that stands among the files of an image. */
export interface VexDocument {
  /** Without leading slash. */
  readonly path: string;
  /** The digest of the layer the file came with; null where that is not known. */
  readonly layer: string | null;
  /** JSON, as far as its first character says: it is not parsed. */
  readonly text: string;
}

/** How many documents of an image are read, how large one may be, and how large all together, in bytes. */
const limits = { documents: 64, bytes: 2 ** 22, allBytes: 2 ** 24 };

/**
 * Finds VEX documents among an image's files, by the names that Docker Scout reads them under. It finds no packages: it is a
 * cataloger for its documents to be remembered with their layers. Documents beyond the limits are warned of.
 */
export const vexCollector: Cataloger<string> = {
  name: "vex",
  interest: { endings: [".vex.json", ".openvex.json", ".csaf.json"] },
  reading: () => ({ limit: limits.bytes, read: readText }),
  catalog({ findings, warn }) {
    for (const path of withinLimits(findings).beyond) {
      warn(path, "the image has more VEX documents, or more in them, than is read; this one is left out");
    }
    return [];
  },
};

/** The documents of a tree whose finder looked with `vexCollector`, sorted by path. */
export function vexDocumentsIn(tree: InspectedTree): readonly VexDocument[] {
  const texts = new Map<string, string>();
  for (const [path, finding] of tree.findings) {
    const text = findingOf(finding, vexCollector);
    if (typeof text === "string" && isNamed(path)) texts.set(path, text);
  }
  return withinLimits(texts).within.map(([path, text]) => {
    const layer = tree.layers[tree.files.get(path)?.layer ?? -1]?.descriptor.digest ?? null;
    return { path, layer, text };
  });
}

/** A hard link has what its file has, under whatever name. */
function isNamed(path: string): boolean {
  return vexCollector.interest.endings?.some((ending) => path.endsWith(ending)) === true;
}

function withinLimits(texts: ReadonlyMap<string, string>) {
  const within: (readonly [path: string, text: string])[] = [];
  const beyond: string[] = [];
  let left = limits.allBytes;
  for (const [path, text] of [...texts].sort(([a], [b]) => compareTexts(a, b))) {
    const size = Buffer.byteLength(text);
    if (within.length === limits.documents || size > left) beyond.push(path);
    else {
      within.push([path, text]);
      left -= size;
    }
  }
  return { within, beyond };
}

/** null for what is no JSON object. */
function readText(content: Uint8Array): string | null {
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(content);
  } catch {
    throw new ScanError("SCAN_FILE_INVALID", "it is not UTF-8, as JSON is", {
      hint: "what it says of vulnerabilities is not known",
    });
  }
  return /^\s*\{/.test(text) ? text : null;
}
