import { describe, expect, it } from "vitest";
import { type Traits, traitsOf, whyNotFor } from "../../src/check/condition.ts";
import type { Condition } from "../../src/check/spec/model.ts";

const always: Condition = { variant: null, flavor: null, fips: null, distro: null, version: null };
const image: Traits = { variant: "runtime", flavor: "compat", fips: false, distro: "debian-13", version: "1.26.3" };
const unknown: Traits = { variant: null, flavor: null, fips: null, distro: null, version: null };

describe("what an image says of itself", () => {
  it("is in its labels", () => {
    const labels = { variant: "dev", flavor: "", distro: "debian-12", version: "3.11.2", compliance: "fips-mode" };
    const own = Object.fromEntries(Object.entries(labels).map(([name, value]) => [`io.hardpan.${name}`, value]));
    const traits = { variant: "dev", flavor: "", fips: true, distro: "debian-12", version: "3.11.2" };
    expect(traitsOf(own)).toEqual(traits);
  });

  it("is read from Docker's hardened images too, which leave out what they have not", () => {
    const labels = { "com.docker.dhi.variant": "runtime", "com.docker.dhi.compliance": "cis,fips,stig" };
    expect(traitsOf(labels)).toEqual({ variant: "runtime", flavor: "", fips: true, distro: null, version: null });
    expect(traitsOf({ "com.docker.dhi.variant": "runtime" })).toMatchObject({ flavor: "", fips: false });
  });

  it("is nothing for another image", () => {
    expect(traitsOf({ version: "1" })).toEqual(unknown);
  });
});

describe("a condition", () => {
  it.each<[Partial<Condition>, string | null]>([
    [{}, null],
    [{ variant: ["dev", "runtime"], flavor: ["compat"], fips: false, distro: ["debian-13"] }, null],
    [{ variant: ["dev"] }, "only for variant dev; the image has runtime"],
    [{ flavor: [""] }, "only for flavor none; the image has compat"],
    [{ fips: true }, "only for fips true; the image has false"],
    [{ distro: ["debian-12", "debian-11"] }, "only for distro debian-12, debian-11; the image has debian-13"],
    [{ version: ["1.26"] }, null],
    [{ version: ["1.2", "1.26.3"] }, null],
    [{ version: ["1.2"] }, "only for version 1.2; the image has 1.26.3"],
  ])("%j of an image that says what it is gives %j", (condition, reason) => {
    expect(whyNotFor({ ...always, ...condition }, image)).toBe(reason);
  });

  it.each<Partial<Condition>>([
    { variant: ["runtime"] },
    { flavor: [""] },
    { fips: false },
    { distro: ["debian-13"] },
    { version: ["1"] },
  ])("%j does not hold of an image that does not say it", (condition) => {
    expect(whyNotFor({ ...always, ...condition }, unknown)).toMatch(/; the image does not say what it has$/);
  });
});
