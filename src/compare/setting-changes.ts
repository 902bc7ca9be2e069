import { compareTexts } from "../sbom/order.ts";
import type { ChangedSetting, Setting, SettingChanges } from "./comparison.ts";

/** What became of each label. */
export function labelChanges(
  before: Readonly<Record<string, string>>,
  after: Readonly<Record<string, string>>,
): SettingChanges {
  return settingChanges(new Map(Object.entries(before)), new Map(Object.entries(after)));
}

/** What became of each variable, given as `NAME=value`; of a name that is there twice the last counts, as it does for a program. */
export function environmentChanges(before: readonly string[], after: readonly string[]): SettingChanges {
  return settingChanges(new Map(before.map(variable)), new Map(after.map(variable)));
}

function variable(text: string): readonly [name: string, value: string] {
  const equals = text.indexOf("=");
  return equals === -1 ? [text, ""] : [text.slice(0, equals), text.slice(equals + 1)];
}

function settingChanges(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): SettingChanges {
  const onlyIn = (some: ReadonlyMap<string, string>, others: ReadonlyMap<string, string>): readonly Setting[] =>
    [...some].filter(([name]) => !others.has(name)).map(([name, value]) => ({ name, value }));
  const changed = [...after].flatMap(([name, to]): readonly ChangedSetting[] => {
    const from = before.get(name);
    return from === undefined || from === to ? [] : [{ name, from, to }];
  });
  return {
    removed: onlyIn(before, after).toSorted(byName),
    added: onlyIn(after, before).toSorted(byName),
    changed: changed.toSorted(byName),
  };
}

function byName(left: { readonly name: string }, right: { readonly name: string }): number {
  return compareTexts(left.name, right.name);
}
