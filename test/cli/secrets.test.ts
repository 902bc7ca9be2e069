import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readSecrets } from "../../src/cli/secrets.ts";
import { temporaryFolder } from "../support/temporary.ts";

const environment = { TOKEN: "from the environment", token: "lower" };

async function fileOf(content: string): Promise<string> {
  const file = join(await temporaryFolder(), "secret");
  await writeFile(file, content);
  return file;
}

describe("--secret", () => {
  it("takes values of files, without the line's end, and of variables", async () => {
    const file = await fileOf("one\ntwo\n");
    const secrets = readSecrets([`id=a,src=${file}`, `id=b,source=${file}`, "id=c,env=TOKEN", "id=token"], environment);
    expect(Object.fromEntries(secrets)).toEqual({
      a: "one\ntwo",
      b: "one\ntwo",
      c: "from the environment",
      token: "lower",
    });
  });

  it("takes what docker build takes: a type, and = in a file's name", async () => {
    const file = await fileOf("value");
    expect(readSecrets([`type=file,id=a,src=${file}`], environment).get("a")).toBe("value");
    expect(() => readSecrets(["id=a,src=/none=such"], environment)).toThrow("/none=such cannot be read");
  });

  it.each([
    ["src=/dev/null", "it needs id="],
    ["id=,src=/dev/null", "it needs id="],
    ["id=a,env=ABSENT", "the secret a: there is no variable ABSENT"],
    ["id=absent", "the secret absent: there is no variable absent"],
    ["id=a,src=/none/such", "the secret a: /none/such cannot be read"],
    ["id=a,src=/dev/zero", "the secret a: /dev/zero has more than 512000 bytes"],
    ["id=a,src=/dev/null,env=TOKEN", "exclude each other"],
    ["id=a,id=b", "id= twice"],
  ])("refuses %s: %s", (text, message) => {
    expect(() => readSecrets([text], environment)).toThrow(
      expect.objectContaining({ code: "CLI_SECRET_INVALID", message: expect.stringContaining(message) }),
    );
  });

  it.each(["hunter2", "id=a,hunter2", "id=a,password=hunter2", "hunter2=x"])(
    "never tells what it does not understand: %s",
    (text) => {
      const refusal = expect.objectContaining({
        code: "CLI_SECRET_INVALID",
        message: expect.not.stringContaining("hunter2"),
      });
      expect(() => readSecrets([text], environment)).toThrow(refusal);
    },
  );
});
