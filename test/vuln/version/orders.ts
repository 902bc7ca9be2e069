import fc from "fast-check";
import { expect } from "vitest";
import { seeded } from "../../fuzz/mutate.ts";

type Order = (left: string, right: string) => number;

/** Expects each version to be older than all that follow. */
export function expectAscending(order: Order, versions: readonly string[]): void {
  for (const [index, older] of versions.entries()) {
    for (const newer of versions.slice(index + 1)) {
      expect(Math.sign(order(older, newer)), `${older} < ${newer}`).toBe(-1);
      expect(Math.sign(order(newer, older)), `${newer} > ${older}`).toBe(1);
    }
  }
}

/** Expects each version to be equal to all others. */
export function expectEqual(order: Order, versions: readonly string[]): void {
  for (const left of versions) {
    for (const right of versions) expect(order(left, right) + 0, `${left} = ${right}`).toBe(0);
  }
}

/** Expects the order to be total over text made of these pieces, and over any text. */
export function expectTotalOrder(order: Order, pieces: readonly string[]): void {
  const like = fc.array(fc.constantFrom(...pieces), { maxLength: 6 }).map((parts) => parts.join(""));
  const text = fc.oneof({ weight: 6, arbitrary: like }, { weight: 1, arbitrary: fc.string({ unit: "binary" }) });
  fc.assert(
    fc.property(text, text, text, (a, b, c) => {
      expect(Math.sign(order(a, b)) + Math.sign(order(b, a))).toBe(0);
      const [first = "", second = "", third = ""] = [a, b, c].sort(order);
      const signs = [order(first, second), order(second, third), order(first, third)].map(Math.sign);
      const [lower = 0, upper = 0, across = 0] = signs;
      expect(signs, `${first} | ${second} | ${third}`).toEqual([lower, upper, Math.min(lower, upper)]);
      expect(across).toBeLessThanOrEqual(0);
      expect(order(a, a)).toBe(0);
    }),
    { numRuns: 3000 },
  );
}

/** What generated versions are made of. */
export interface Ingredients {
  readonly count: number;
  readonly seed: number;
  /** One of the first of these, then some more of the second ones. */
  readonly first: readonly string[];
  readonly more: readonly string[];
  /** Versions that were really given. */
  readonly real: readonly string[];
  /** Whether the ecosystem's own tool has an opinion of it. */
  readonly isValid: (version: string) => boolean;
}

/** Pairs of versions, all real ones with each other among them; most generated pairs differ little. */
export function generatePairs(ingredients: Ingredients): readonly (readonly [string, string])[] {
  const random = seeded(ingredients.seed);
  const pick = (choices: readonly string[]) => choices[random(choices.length)] ?? "";
  const make = (): string => {
    const version =
      random(6) === 0
        ? pick(ingredients.real)
        : `${pick(ingredients.first)}${Array.from({ length: random(6) }, () => pick(ingredients.more)).join("")}`;
    return ingredients.isValid(version) ? version : make();
  };
  const vary = (version: string): string => {
    const at = 1 + random(version.length);
    const changed = `${version.slice(0, at)}${pick(ingredients.more)}${version.slice(at + random(3))}`;
    return ingredients.isValid(changed) ? changed : make();
  };
  const generated = Array.from({ length: ingredients.count }, () => {
    const version = make();
    return [version, random(4) === 0 ? make() : vary(version)] as const;
  });
  return [...generated, ...ingredients.real.flatMap((left) => ingredients.real.map((right) => [left, right] as const))];
}

/** Expects the order of each pair to be what the tool says, and the tool to have said each of older, equal and newer. */
export function expectAgreement(
  order: Order,
  pairs: readonly (readonly [string, string])[],
  answers: readonly string[],
): void {
  const wrong = pairs.flatMap(([left, right], index) =>
    `${Math.sign(order(left, right))}` === answers[index]
      ? []
      : [`${left} and ${right}: ${order(left, right)}, not ${answers[index]}`],
  );
  expect(wrong.slice(0, 20)).toEqual([]);
  expect(answers).toHaveLength(pairs.length);
  expect(new Set(answers)).toEqual(new Set(["-1", "0", "1"]));
}
