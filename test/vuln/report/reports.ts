import fc from "fast-check";
import type { CvesReport } from "../../../src/vuln/model.ts";
import { emptyReport, exampleReport, hostileReport, narrowedReport } from "./example.ts";

/** A report of each kind, by name. */
export const examples: readonly (readonly [string, CvesReport])[] = [
  ["with a finding of every kind", exampleReport()],
  ["narrowed, by another policy", narrowedReport()],
  ["without anything known", emptyReport()],
  ["whose texts are hostile", hostileReport()],
];

/** Any text, halves of characters too. */
const anyText = fc.oneof(
  fc.string({ minLength: 1, maxLength: 60 }),
  fc.string({ unit: "binary", minLength: 1, maxLength: 60 }),
  fc
    .array(fc.integer({ min: 0, max: 0xffff }), { minLength: 1, maxLength: 40 })
    .map((codes) => String.fromCharCode(...codes)),
);

/** Reports whose every text from outside is any text. */
export const anyReport: fc.Arbitrary<CvesReport> = anyText.map(hostileReport);
