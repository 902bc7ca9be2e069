import { describe, expect, it } from "vitest";
import { parseHeaders } from "../../../src/scan/python/headers.ts";
import { supplierOf } from "../../../src/scan/python/supplier.ts";

const cases: readonly (readonly [headers: string, supplier: string | null])[] = [
  ["Author: Kim Davies\nAuthor-email: kim@example.net", "Kim Davies <kim@example.net>"],
  ["Author: Kim Davies", "Kim Davies"],
  ["Author-email: kim@example.net", "kim@example.net"],
  ["Author-email: Kim Davies <kim@example.net>, Other <o@example.net>", "Kim Davies <kim@example.net>"],
  ['Author-email: "Davies, Kim" <kim@example.net>, o@example.net', "Davies, Kim <kim@example.net>"],
  ["Author: UNKNOWN\nMaintainer: Team\nMaintainer-email: team@example.net", "Team <team@example.net>"],
  ["Author: Lars <l@example.net>, Kim <kim@example.net>\nAuthor-email: kim@example.net", "Lars <l@example.net>"],
  ["Name: x", null],
];

describe("who a Python package is of", () => {
  it.each(cases)("%j is %j", (headers, supplier) => {
    expect(supplierOf(parseHeaders(headers))).toBe(supplier);
  });
});
