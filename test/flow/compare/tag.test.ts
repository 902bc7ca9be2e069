import { expect, it } from "vitest";
import { tagOf } from "../../../src/flow/compare/tag.ts";

it.each([
  ["catalog://node:24-debian13", null, "24-debian13"],
  ["baseline://node", null, null],
  ["registry://ghcr.io/acme/app:1.2", null, "1.2"],
  ["node", null, "latest"],
  [`local://node@sha256:${"a".repeat(64)}`, null, null],
  ["oci-dir://layout:1", null, "1"],
  ["oci-dir://layout", null, null],
  ["oci-dir://layout", "2", "2"],
  ["archive://image.tar#team/app:1", null, null],
  ["archive://image.tar", `sha256:${"a".repeat(64)}`, null],
  ["fs://folder", null, null],
])("%s with --ref %s was asked for by the tag %s", (reference, within, tag) => {
  expect(tagOf(reference, within)).toBe(tag);
});
