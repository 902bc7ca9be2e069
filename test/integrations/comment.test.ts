import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { execute, root } from "../support/cli.ts";

/** What the script's own function makes of it, in a program of its own as in a job. */
async function bodyOf(text: string, limit: number): Promise<string> {
  const module = JSON.stringify(join(root, "integrations", "run", "comment.mjs"));
  const parts = JSON.stringify({ marker: "<!-- hardpan compare -->", text, commit: "c0ffee00", limit });
  const program = `import { commentBody } from ${module}; process.stdout.write(commentBody(${parts}));`;
  return await execute(process.execPath, ["--input-type=module", "--eval", program]);
}

describe("the text of a comment", () => {
  it("is the mark, what is said, and the commit", async () => {
    expect(await bodyOf("## Better", 1000)).toBe(
      "<!-- hardpan compare -->\n## Better\n\n<sub>hardpan compare, at c0ffee00</sub>\n",
    );
  });

  it("stays within the limit, ends with a whole line and closes what it opened", async () => {
    const rows = Array.from({ length: 100 }, (_, number) => `| row ${number} |`).join("\n");
    const body = await bodyOf(`## Better\n<details>\n\n${rows}\n</details>\n`, 500);
    expect(body.length).toBeLessThanOrEqual(500);
    expect(body).toMatch(/\| row \d+ \|\n<\/details>\n\n\nThis is not all/);
  });

  it("calls nobody, and leaves code as it is", async () => {
    expect(await bodyOf("@acme/security `@acme/security` a@b.example @ home", 1000)).toContain(
      "@<!-- -->acme/security `@acme/security` a@<!-- -->b.example @ home",
    );
  });
});
