import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { applyVex } from "../../../src/vuln/vex/apply.ts";
import { readVex } from "../../../src/vuln/vex/read.ts";
import { context, finding } from "./findings.ts";

const page = readFileSync(fileURLToPath(new URL("../../../docs/guides/vex.md", import.meta.url)), "utf8");
const examples = [...page.matchAll(/```json\n([\s\S]*?)```/g)].map(([, text = ""]) => text);

describe("docs/guides/vex.md", () => {
  it("has an example that does what the page says of it", () => {
    expect(examples).toHaveLength(1);
    const document = readVex(Buffer.from(examples[0] ?? ""), "guide");
    expect(document.problems).toEqual([]);
    const documents = [{ document, source: "guide", origin: "named", verified: false, scope: "image" }] as const;
    const of = (reference: string) =>
      applyVex([finding()], { ...context, image: { ...context.image, reference }, documents })[0]?.suppressed;
    expect(of("ghcr.io/acme/app:1.0")?.statement).toBe("nothing in the image starts a shell");
    expect(of("ghcr.io/acme/other:1.0")).toBeNull();
  });
});
