// biome-ignore-all lint/suspicious/noTemplateCurlyInString: Dockerfiles write their variables like this
import { describe, expect, it } from "vitest";
import { heredocWords } from "../../src/dockerfile/heredoc.ts";
import { instructionsOf, parseDockerfile } from "../../src/dockerfile/parse.ts";

const heredocs = (source: string) => instructionsOf(parseDockerfile(source))[0]?.heredocs ?? [];
const keywords = (source: string) => instructionsOf(parseDockerfile(source)).map(({ keyword }) => keyword);

describe("a line announces heredocs as BuildKit finds them", () => {
  it.each([
    ["RUN <<EOF", ["EOF"]],
    ["RUN <<-EOF", ["EOF"]],
    ["RUN <<'EOF'", ["EOF"]],
    ['RUN <<"EOF"', ["EOF"]],
    ["RUN <<eo'f'", ["eof"]],
    ["RUN <<eo\\'f", ["eo'f"]],
    ["RUN <<'e'o\\'f", ["eo'f"]],
    ["RUN <<'one two'", ["one two"]],
    ["RUN << EOF", ["EOF"]],
    ["RUN <<- EOF", []],
    ["RUN << -EOF", ["-EOF"]],
    ["RUN <<  EOF  > foo", ["EOF"]],
    ["RUN 3<<EOF", ["EOF"]],
    ["RUN <<$EOF", ["$EOF"]],
    ["RUN <<EOF python3", ["EOF"]],
    ["RUN cat <<EOF > /f", ["EOF"]],
    ["COPY <<a <<b /dest", ["a", "b"]],
    ["COPY <<file.txt /dest", ["file.txt"]],
    ["RUN --mount=type=cache,target=/foo <<EOF", ["EOF"]],
    ["RUN '<<EOF'", []],
    ['RUN "<<EOF"', []],
    ["RUN <<<EOF", []],
    ["RUN <<", []],
    ["RUN <<-", []],
    ["RUN cat<<EOF", []],
    ["RUN a < b", []],
    ["RUN echo it's <<EOF", []],
    ["RUN echo \\' <<EOF", ["EOF"]],
    ["RUN echo ${open <<EOF", []],
  ])("%s", (line, names) => {
    expect(heredocWords(line).map(({ name }) => name)).toEqual(names);
  });

  it("does not replace variables where any part of the name is quoted", () => {
    const expand = (line: string) => heredocWords(line).map((word) => word.expand);
    expect(expand("RUN <<a <<'b' <<\"c\" <<d'd' <<e\\'")).toEqual([true, false, false, false, true]);
  });
});

describe("the bodies", () => {
  it("follow in order, and each ends at its own name", () => {
    expect(heredocs("COPY <<X <<Y /dest\nY\nX\nX\nY\n").map(({ content }) => content)).toEqual(["Y\n", "X\n"]);
  });

  it("hold comments and what looks like instructions", () => {
    const source = "RUN <<EOF\n# comment\nFROM x\nEOF\nUSER a\n";
    expect(heredocs(source)[0]?.content).toBe("# comment\nFROM x\n");
    expect(keywords(source)).toEqual(["RUN", "USER"]);
  });

  it("end at an indented name only after <<-", () => {
    expect(heredocs("RUN <<-E\n\ta\n\tE\n")[0]?.content).toBe("\ta\n");
    expect(heredocs("RUN <<E\n\tE\nE\n")[0]?.content).toBe("\tE\n");
  });

  it("keep their carriage returns, and end despite them", () => {
    expect(heredocs("RUN <<E\r\na\r\nE\r\n")[0]?.content).toBe("a\r\n");
  });

  it("stand at their range", () => {
    const source = "RUN <<E\na\nb\nE\n";
    const range = heredocs(source)[0]?.range;
    expect(source.slice(range?.start, range?.end)).toBe("a\nb\n");
  });

  it("may be empty and may follow ONBUILD", () => {
    expect(heredocs("RUN <<E\nE\n")[0]?.content).toBe("");
    expect(heredocs("ONBUILD RUN <<E\na\nE\n")[0]?.content).toBe("a\n");
  });
});

it.each(["USER <<EOF", "ENV a=<<EOF", "CMD <<EOF", 'RUN ["<<EOF"]', "ONBUILD USER <<EOF"])(
  "%s has no heredoc",
  (line) => {
    expect(heredocs(`${line}\nEOF\n`)).toEqual([]);
  },
);
