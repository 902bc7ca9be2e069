import { describe, expect, it } from "vitest";
import { pythonLockCataloger } from "../../../../src/scan/python/lock/cataloger.ts";
import { catalogFiles } from "../../harness.ts";

describe("pythonLockCataloger", () => {
  it("lists what lock files pin as not installed, and leaves out what is", () => {
    const files = {
      "app/poetry.lock":
        '[[package]]\nname = "Flask"\nversion = "2.0"\n\n[package.dependencies]\nclick = "*"\n\n[[package]]\nname = "click"\nversion = "8"\n',
      "app/dev-requirements.txt": "pytest==7\nflask==2.0\n",
      "app/Pipfile.lock": '{"default":{"six":{"version":"==1"}}}',
      "app/notes.txt": "x==1\n",
    };
    const { packages } = catalogFiles(pythonLockCataloger, files);
    expect(packages.map(({ purl, locations, dependsOn }) => [purl, locations, dependsOn])).toEqual([
      ["pkg:pypi/six@1", ["app/Pipfile.lock"], []],
      ["pkg:pypi/pytest@7", ["app/dev-requirements.txt"], []],
      ["pkg:pypi/flask@2.0", ["app/dev-requirements.txt", "app/poetry.lock"], ["pkg:pypi/click@8"]],
      ["pkg:pypi/click@8", ["app/poetry.lock"], []],
    ]);
    expect(new Set(packages.flatMap(({ comments }) => comments))).toEqual(new Set(["from a lock file, not installed"]));
    const left = catalogFiles(pythonLockCataloger, files, { found: packages.slice(0, 3) });
    expect(left.packages.map(({ purl }) => purl)).toEqual(["pkg:pypi/click@8"]);
  });
});
