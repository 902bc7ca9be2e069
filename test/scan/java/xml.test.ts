import { describe, expect, it } from "vitest";
import { xmlLeaves } from "../../../src/scan/java/xml.ts";

function leaves(document: string): readonly string[] {
  return [...xmlLeaves(document)].map(({ path, text }) => `${path}=${text}`);
}

describe("xmlLeaves", () => {
  it("gives the texts of the innermost elements with their paths", () => {
    const document = `<?xml version="1.0"?><!-- <a>no</a> -->
      <!DOCTYPE p [ <!ENTITY big "<x>never</x>"> ]>
      <m:p a="1>0" b='"'><m:q>one</m:q><r/><s><q> t&amp;w&#111;<![CDATA[<&>]]> &big; </q>mixed</s></m:p>`;
    expect(leaves(document)).toEqual(["p/q=one", "p/s/q=t&wo<&> &big;"]);
  });

  it("tells which leaves are in the same element", () => {
    const within = [...xmlLeaves("<p><a><x>1</x><y>2</y></a><a><x/><y>3</y></a><z>4</z></p>")].map(
      (leaf) => leaf.within,
    );
    expect(within[0]).toBe(within[1]);
    expect(new Set(within).size).toBe(3);
  });

  it.each([
    ["a name that closes another", "<a><b>1</b><c>2</d></a>", ["a/b=1", "a/c=2"]],
    ["a tag without a name", "<a><b>1</b>< ><c>2</c></a>", ["a/b=1"]],
    ["a cut-off tag", '<a><b>1</b><c d="', ["a/b=1"]],
    ["a cut-off comment", "<a><b>1</b><!-- <c>2</c>", ["a/b=1"]],
    ["an end too many", "</a><b>1</b>", []],
  ])("reads as far as %s", (_, document, expected) => {
    expect(leaves(document)).toEqual(expected);
  });

  it("stops where elements are nested too deep", () => {
    expect(leaves(`${"<a>".repeat(64)}x${"</a>".repeat(64)}`)).toHaveLength(1);
    expect(leaves(`${"<a>".repeat(65)}x${"</a>".repeat(65)}`)).toEqual([]);
  });

  it.each(["<!x>", "<!", "<a ", "<!--", "<![CDATA[", "<a>", "&#1", "<!DOCTYPE [", "<a>x</a>", '<a b="'])(
    "takes time in proportion to its length for %s again and again",
    (part) => {
      const started = performance.now();
      for (const leaf of xmlLeaves(`<p>${part.repeat(2 ** 20 / part.length)}`))
        expect(leaf.path.length).toBeLessThan(200);
      expect(performance.now() - started).toBeLessThan(3000);
    },
  );
});
