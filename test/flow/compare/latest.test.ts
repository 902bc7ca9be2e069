import { expect, it } from "vitest";
import { latestOf } from "../../../src/flow/compare/latest.ts";
import { refusal } from "../../support/refusal.ts";

it.each([
  [["registry://ghcr.io/acme/app:1.2"], "registry://ghcr.io/acme/app:latest"],
  [["node:24"], "image://node:latest"],
  [["local://app"], "local://app:latest"],
  [[`registry://localhost:5000/app@sha256:${"a".repeat(64)}`], "registry://localhost:5000/app:latest"],
  [["node:24", "image://node:22"], "image://node:latest"],
])("the latest of %j is %s", (references, latest) => {
  expect(latestOf(references)).toBe(latest);
});

it.each([[["oci-dir://layout:1"]], [["catalog://node:24-debian13"]], [["node:24", "python:3"]], [["fs://folder"]]])(
  "there is no one latest of %j",
  (references) => {
    expect(() => latestOf(references)).toThrow(refusal("FLOW_UNSUPPORTED_REFERENCE"));
  },
);
