import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { actions } from "../../../src/pipeline/action/actions.ts";
import { actionScript } from "../../../src/pipeline/action/script.ts";
import { unsupportedNames } from "../../../src/pipeline/action/unsupported.ts";
import { contextIn } from "./run.ts";

const page = readFileSync(fileURLToPath(new URL("../../../docs/actions.md", import.meta.url)), "utf8");
const sections = page.split(/^#{2,3} /m).filter((section) => section.startsWith("`"));

describe("docs/actions.md", () => {
  it("has every action, and no other", () => {
    expect(sections.map((section) => /^`([^`]+)`\n/.exec(section)?.[1])).toEqual(actions.map(({ name }) => name));
  });

  it.each(actions.map((action, index) => ({ action, section: sections[index] ?? "" })))(
    "has every input of $action.name, and no other, and says which are required",
    ({ action, section }) => {
      const rows = [...section.matchAll(/^\| `([^`]+)` \| (required)?/gm)];
      expect(Object.fromEntries(rows.map(([, key, need]) => [key, need ?? "optional"]))).toEqual(action.inputs);
      expect(section.includes("It has no inputs.")).toBe(rows.length === 0);
    },
  );

  it.each(actions.filter(({ inputs }) => Object.values(inputs).every((need) => need === "optional")))(
    "says of $name whether it needs the network",
    (action) => {
      const [name = ""] = Object.keys(action.inputs).filter((key) => key === "patches" || key === "dependencies");
      const { network } = actionScript(action.name, name === "" ? {} : { [name]: "a" }, contextIn("/stage"));
      expect(sections[actions.indexOf(action)]?.includes("Needs the network")).toBe(network);
    },
  );

  it("has every name that is refused", () => {
    expect(unsupportedNames.filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
  });
});
