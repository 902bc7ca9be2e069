import { describe, expect, it } from "vitest";
import { sampleOf, sampleSize } from "../../../src/vuln/feed/sample.ts";

const look = (text: string) => sampleOf(Buffer.from(text), "feed");

describe("the first look at a feed", () => {
  it("tells records one a line from one document", () => {
    expect(look('{"id":"A"}\n{"id":"B"}\n')).toEqual({ form: "lines", first: { id: "A" } });
    expect(look('{"id":"A"}\n')).toEqual({ form: "object", members: new Map([["id", "A"]]), complete: true });
    expect(look('{\n"id":"A",\n"b": 1}')).toEqual({ form: "object", members: new Map<string, unknown>([["id", "A"], ["b", 1]]), complete: true }); // biome-ignore format: one line
    expect(look('[{"id":"A"},{"id":"B"}]')).toEqual({ form: "array", first: { id: "A" } });
    expect(look("[]")).toEqual({ form: "array", first: undefined });
  });

  it("keeps of a document that goes on beyond the look what is whole", () => {
    const long = `{"a": 1, "b": 2, "c": [${"1,".repeat(sampleSize)}`;
    const members = new Map([
      ["a", 1],
      ["b", 2],
    ]);
    expect(sampleOf(Buffer.from(long).subarray(0, sampleSize), "feed")).toEqual({
      form: "object",
      members,
      complete: false,
    });
    expect(() => look('{"a": 1, "b": 2, "c": [1,')).toThrow("feed line 1: the JSON document is cut off");
  });

  it("tells archives, text and bytes apart", () => {
    expect(look("[12 Feb 2025] DSA-5865-1 x - y").form).toBe("text");
    expect(look("CVE-2026-0001;0.1;0.2\n").form).toBe("text");
    expect(look("PK\x03\x04....").form).toBe("zip");
    expect(look(`${"a".repeat(257)}ustar`).form).toBe("tar");
    expect(look("!<arch>\ndebian-binary   1700000000  0").form).toBe("deb");
    expect(look("!<arch>\nother.o         1700000000  0").form).toBe("text");
    expect(look("\x7fELF\0\0").form).toBe("binary");
    expect(look("").form).toBe("empty");
    expect(look(" \n").form).toBe("empty");
  });

  it("refuses what begins as JSON and is none, naming the line", () => {
    expect(() => look('{"a": 1,\n oops: 2, "b": 3}')).toThrow(/feed line 1: not JSON/);
  });
});
