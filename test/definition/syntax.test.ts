import { describe, expect, it } from "vitest";
import { debianCodename, distroName, parseSyntax } from "../../src/definition/syntax.ts";

describe("the # syntax= line", () => {
  it.each([
    ["# syntax=dhi.io/build:2-debian13", "dhi.io/build", 2, "debian-13"],
    ["# syntax=hardpan/build:1-debian12", "hardpan/build", 1, "debian-12"],
    ["#syntax = dhi.io/build:2-alpine3.23  ", "dhi.io/build", 2, "alpine-3.23"],
    [`# syntax=localhost:5000/x/build:1-debian13@sha256:${"0".repeat(64)}`, "localhost:5000/x/build", 1, "debian-13"],
  ])("%s is read", (line, frontend, version, distro) => {
    const syntax = parseSyntax(line);
    expect(syntax).toMatchObject({ frontend, version });
    expect(syntax === null ? null : distroName(syntax.distro)).toBe(distro);
  });

  it.each([
    "",
    "syntax=hardpan/build:1-debian13",
    "# syntax=docker/dockerfile:1",
    "# syntax=hardpan/build:1-debian",
    "# syntax=hardpan/build:x-debian13",
  ])("%j says nothing", (line) => {
    expect(parseSyntax(line)).toBeNull();
  });

  it("gives Debian's code names", () => {
    expect(debianCodename({ name: "debian", release: "13" })).toBe("trixie");
    expect(debianCodename({ name: "debian", release: "12" })).toBe("bookworm");
    expect(debianCodename({ name: "alpine", release: "13" })).toBeNull();
  });
});
