import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";

const source = join(import.meta.dirname, "..", "..", "src");

/**
 * Runs the module `script` in another process, as a user to whom files that only root may use are closed; `SOURCE` in it is
 * this project's `src`, and `argument` is its only argument. Returns the code and hint of the error it ends with.
 */
export async function failureOfNobody(script: string, argument: string): Promise<{ code: unknown; hint: unknown }> {
  const module = `
    ${script.replaceAll("SOURCE", source)}
    if (process.getuid() === 0) process.seteuid(65534);
    await task(process.argv[1]).then(
      () => console.log("{}"),
      ({ code, hint }) => console.log(JSON.stringify({ code, hint })),
    );`;
  const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "--eval", module, argument]);
  return JSON.parse(stdout);
}
