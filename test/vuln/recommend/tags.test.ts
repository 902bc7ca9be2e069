import { describe, expect, it } from "vitest";
import { newerTags } from "../../../src/vuln/recommend/tags.ts";

const tags = [
  ...["24", "24.1", "24.3", "24.10", "26", "26.1", "24-slim", "24.3-slim", "24.10-slim", "25.0-slim", "latest"],
  ...["24.3-bookworm-slim", "26.0-bookworm-slim", "26.0-trixie-slim", "nightly", "24.10.1-slim"],
];

describe("tags an image could move to", () => {
  it.each([
    ["24.1", ["24.10", "26.1"]],
    ["24.3-slim", ["24.10-slim", "25.0-slim"]],
    ["24.3-bookworm-slim", ["26.0-bookworm-slim"]],
    ["24", ["26"]],
    ["26.1", []],
    ["latest", []],
    ["24.99-alpine", []],
    ["", []],
  ])("from %s", (tag, expected) => {
    expect(newerTags(tag, tags)).toEqual(expected);
  });
});
