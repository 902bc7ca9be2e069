import { readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import type { Config } from "./config-schema.ts";
import type { Context } from "./context.ts";
import { CliError } from "./error.ts";

/** Where the configuration lies: $HARDPAN_CONFIG, else `hardpan/config.yaml` below $XDG_CONFIG_HOME, by default ~/.config. */
export function configFile(environment: Context["environment"]): string {
  const usual = join(environment["XDG_CONFIG_HOME"] || join(homedir(), ".config"), "hardpan", "config.yaml");
  return environment["HARDPAN_CONFIG"] || usual;
}

/** Reads the configuration; nothing is set where there is no file. Throws CLI_CONFIG_INVALID with line and column. */
export async function readConfig(environment: Context["environment"]): Promise<Config> {
  const file = configFile(environment);
  const content = await readFile(file, "utf8").catch((cause: unknown) => {
    if (cause instanceof Error && "code" in cause && cause.code === "ENOENT") return null;
    throw cause;
  });
  if (content === null) return { debianMirror: null, catalog: null, advisories: null };
  const { parseConfig } = await import("./config-schema.ts");
  try {
    return parseConfig(content, file);
  } catch (cause) {
    if (!(cause instanceof Error)) throw cause;
    throw new CliError("CLI_CONFIG_INVALID", cause.message, {
      hint: "the keys are debian-mirror, catalog and advisories",
      cause,
    });
  }
}
