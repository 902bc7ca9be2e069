import { describe, expect, it } from "vitest";
import type { CheckResult } from "../../../src/check/result.ts";
import { checkText } from "../../../src/cli/check/text.ts";
import { type CheckedImage, type CheckReport, summarize } from "../../../src/flow/check/report.ts";

const passed: CheckResult = { name: "starts", result: "passed", reason: null, seconds: 1, steps: [], log: [] };
const step = { name: "GET / on port 80", kind: "http", seconds: 1, expected: null, got: null } as const;
const failed: CheckResult = {
  ...passed,
  name: "serves",
  result: "failed",
  steps: [
    { ...step, name: "becomes ready", kind: "ready", result: "passed" },
    { ...step, result: "failed", expected: "a status below 400", got: "status 500" },
    { ...step, name: "restart", kind: "restart", result: "skipped" },
  ],
  log: ["one", ""],
};
const image: CheckedImage = {
  image: { reference: "catalog://node:24-debian13", digest: null, platform: "linux/amd64" },
  spec: "image/node/check.yaml",
  result: "passed",
  reason: null,
  code: null,
  seconds: 3.25,
  checks: [passed, passed],
};
const textOf = (...images: readonly CheckedImage[]) => {
  const options = { readOnly: false, capDrop: [] };
  const engine = { kind: "docker", version: "1" } as const;
  const report: CheckReport = { schema: "hardpan/check/1", engine, options, images, summary: summarize(images) };
  return checkText(report);
};

describe("the report of a check", () => {
  it("has a line for each image and a sum", () => {
    const other = { ...passed, result: "skipped", reason: "only for variant dev; the image has runtime" } as const;
    expect(
      textOf(image, { ...image, checks: [passed, other], seconds: 0 }),
    ).toBe(`ok   node:24-debian13  2 checks  3.3 s
ok   node:24-debian13  1 check, 1 not for this image  0.0 s
2 images: 2 passed, 0 failed, 0 skipped
`);
  });

  it("has what was expected and what was got of each failure, and what the service wrote", () => {
    const command: CheckResult = {
      ...passed,
      name: "prints",
      result: "failed",
      steps: [
        { ...step, name: "prints", kind: "command", result: "failed", expected: "exit code 0", got: "exit code 1" },
      ],
    };
    expect(
      textOf({ ...image, result: "failed", checks: [passed, failed, command] }),
    ).toBe(`FAIL node:24-debian13  2 of 3 checks failed  3.3 s
  serves
      GET / on port 80:
      expected a status below 400
      got      status 500
      its last lines:
        one

  prints
      expected exit code 0
      got      exit code 1
1 image: 0 passed, 1 failed, 0 skipped
`);
  });

  it("says why an image was not tried", () => {
    const reference = { ...image.image, reference: "registry://r.example/a:1" };
    const none = { ...image, checks: [], seconds: 0, spec: null };
    const hindered = {
      ...none,
      image: reference,
      result: "failed",
      code: "X",
      reason: "first\nsecond (a hint)",
    } as const;
    expect(
      textOf({ ...none, result: "skipped", reason: "none of its checks is for this image" }, hindered),
    ).toBe(`skip node:24-debian13  none of its checks is for this image
FAIL registry://r.example/a:1  first
     second (a hint)
2 images: 0 passed, 1 failed, 1 skipped
`);
  });
});
