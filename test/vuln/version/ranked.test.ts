import { describe, expect, it } from "vitest";
import {
  endOfDigits,
  endOfLetters,
  isDigit,
  isZero,
  type Piece,
  rankedOrder,
} from "../../../src/vuln/version/ranked.ts";

/** Each character is a piece: digits are numbers of rank 2, `~` has rank 0, all else rank 1 and ranks by its characters. */
const order = rankedOrder((text) => {
  const pieces = [...text].map((character, start): Piece => {
    const isNumber = character >= "0" && character <= "9";
    return { rank: isNumber ? 2 : character === "~" ? 0 : 1, start, end: start + 1, isNumber };
  });
  return { text, pieces };
}, 1);

describe("an order by pieces", () => {
  it("is decided by the first difference: by rank, then by characters or numbers", () => {
    expect(["1", "b", "~z", "a", "ab", "2", "~", "a1", ""].sort(order)).toEqual([
      "~",
      "~z",
      "",
      "a",
      "ab",
      "a1",
      "b",
      "1",
      "2",
    ]);
  });

  it("compares numbers by their value, however long they are", () => {
    const numbers = rankedOrder(
      (text) => ({ text, pieces: [{ rank: 0, start: 0, end: text.length, isNumber: true }] }),
      0,
    );
    expect(numbers("0010", "9")).toBeGreaterThan(0);
    expect(numbers("007", "7")).toBe(0);
    expect(numbers("", "000")).toBe(0);
    expect(numbers("99999999999999999998", "99999999999999999999")).toBeLessThan(0);
  });
});

describe("characters of versions", () => {
  it("are digits and letters of ASCII alone", () => {
    expect([..."09"].every((digit) => isDigit(digit.charCodeAt(0)))).toBe(true);
    expect([..."/:a٣"].some((character) => isDigit(character.charCodeAt(0)))).toBe(false);
    expect(endOfDigits("a12b", 1)).toBe(3);
    expect(endOfDigits("a12", 0)).toBe(0);
    expect(endOfLetters("1azAZ[", 1)).toBe(5);
    expect(endOfLetters("é", 0)).toBe(0);
    expect(endOfLetters("a", 5)).toBe(5);
  });

  it("make a zero when all of a number are 0", () => {
    const all = (text: string, isNumber = true) => isZero(text, { rank: 0, start: 0, end: text.length, isNumber });
    expect([all("0"), all("000"), all(""), all("01"), all("0", false)]).toEqual([true, true, true, false, false]);
  });
});
