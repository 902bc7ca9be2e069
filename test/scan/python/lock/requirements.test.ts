import { describe, expect, it } from "vitest";
import { parseRequirements } from "../../../../src/scan/python/lock/requirements.ts";

const cases: readonly (readonly [line: string, pinned: string | null])[] = [
  ["Flask==2.0", "Flask 2.0"],
  ["  flask [async] == 2.0.1rc1 ; python_version < '4' # note", "flask 2.0.1rc1"],
  ["requests===2.28.1 --hash=sha256:abc \\", "requests 2.28.1"],
  ["zope.interface==1!5.0+local\r", "zope.interface 1!5.0+local"],
  ["x==1.*", null],
  ["x==1,<2", null],
  ["x>=1", null],
  ["x", null],
  ["-r other.txt", null],
  ["-e git+https://example.net/x#egg=x", null],
  ["# x==1", null],
  ["    --hash=sha256:abc", null],
];

describe("requirements files", () => {
  it.each(cases)("%j pins %j", (line, pinned) => {
    expect(parseRequirements(`${line}\n`).map(({ name, version }) => `${name} ${version}`)).toEqual(
      pinned === null ? [] : [pinned],
    );
  });
});
