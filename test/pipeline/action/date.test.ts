import { describe, expect, it } from "vitest";
import { changelogDate, expandDates, isoDate } from "../../../src/pipeline/action/date.ts";
import { run } from "../../support/program.ts";
import { epoch } from "./run.ts";

const asked = (options: string, at: string, format: string) => `$(date ${options}${at} ${format})`;
const variable = "@${" + "SOURCE_DATE_EPOCH}";

describe("dates in inputs", () => {
  it.each([
    ["-u -d ", variable, "+'%FT%TZ'"],
    ["-ud ", variable, "+'%Y-%m-%dT%H:%M:%SZ'"],
    ["-u -d ", `"${variable}"`, '+"%d/%m/%y %z %Z %s %%"'],
    ["--utc --date=", "@$SOURCE_DATE_EPOCH", "+%Y%m%d-%H:%M:%S"],
  ])("are what date would print: %s%s %s", (options, at, format) => {
    const command = asked(options, at, format);
    const printed = run("sh", ["-c", `SOURCE_DATE_EPOCH=${epoch}; printf '%s' ${`"${command}"`}`]);
    expect(expandDates(`built ${command}, and ${command}`, epoch)).toBe(`built ${printed}, and ${printed}`);
  });

  it.each([
    ...["$(date -u +%F)", "$(git describe)", "`date`", asked("-u -d ", variable, "+%Q"), asked("-d ", variable, "+%F")],
    ...[asked("-u -d ", variable, "+%F; touch x"), asked("-u -d ", variable, "'+%F' x")],
  ])("are not made from %s", (text) => expect(expandDates(text, epoch)).toBe(null));

  it("leave other text alone", () => expect(expandDates("-X a=$B %F", epoch)).toBe("-X a=$B %F"));
});

describe("the build's time", () => {
  it("is written as changelogs and SPDX have it", () => {
    expect(changelogDate(epoch)).toBe("Sat, 01 Aug 2026 10:00:00 +0000");
    expect(isoDate(0)).toBe("1970-01-01T00:00:00Z");
  });
});
