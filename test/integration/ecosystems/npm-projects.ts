import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Json } from "../../support/cli.ts";

const tools = fileURLToPath(new URL("../../../.cache/npm-tools", import.meta.url));
const modules = fileURLToPath(new URL("../../../node_modules", import.meta.url));

/** A project that asks for scopes, an alias, several versions of one package, peers and, for development, much more. */
export const project = {
  name: "example",
  version: "1.0.0",
  license: "MIT",
  dependencies: {
    express: "4.21.2",
    "react-dom": "18.3.1",
    react: "18.3.1",
    "@babel/core": "7.26.0",
    "old-lodash": "npm:lodash@3.10.1",
    lodash: "4.17.21",
  },
  devDependencies: { eslint: "8.57.1", mocha: "10.8.2" },
};

/** The programs that install, by the version of the lock file each writes. */
export const installers = {
  pnpm5: { package: "pnpm@7.33.7", program: "bin/pnpm.cjs" },
  pnpm6: { package: "pnpm@8.15.9", program: "bin/pnpm.cjs" },
  pnpm9: { package: "pnpm@10.18.0", program: "bin/pnpm.cjs" },
  berry: { package: "@yarnpkg/cli-dist@4.10.3", program: "bin/yarn.js" },
};

/** Writes the project to a new folder below `root`, as `root/app`. */
export async function writeProject(root: string, files: Readonly<Record<string, string>> = {}): Promise<string> {
  const folder = join(root, "app");
  await mkdir(folder, { recursive: true });
  for (const [name, text] of Object.entries({ "package.json": JSON.stringify(project), ...files })) {
    await writeFile(join(folder, name), text);
  }
  return folder;
}

/** Runs npm, with the registry of the user's configuration; gives its standard output, whatever its exit code. */
export function npm(folder: string, ...args: readonly string[]): string {
  return start("npm", [...args, "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"], folder);
}

/** Runs Yarn 1. */
export function yarn(folder: string, ...args: readonly string[]): string {
  return start(process.execPath, [join(modules, "yarn", "bin", "yarn.js"), ...args, "--registry", registry()], folder);
}

/** Runs one of `installers`, which npm fetches once. */
export async function runInstaller(
  name: keyof typeof installers,
  folder: string,
  ...args: readonly string[]
): Promise<string> {
  const { package: wanted, program } = installers[name];
  const at = join(tools, name);
  const path = join(at, "node_modules", wanted.slice(0, wanted.lastIndexOf("@")), program);
  if (!existsSync(path)) {
    await mkdir(at, { recursive: true });
    await writeFile(join(at, "package.json"), '{"private":true}');
    npm(at, "install", wanted);
  }
  return start(process.execPath, [path, ...args], folder);
}

/** A prefix whose global packages are those in `modules`. */
export async function linkModules(prefix: string, modules: string): Promise<string> {
  await mkdir(join(prefix, "lib"), { recursive: true });
  await symlink(modules, join(prefix, "lib", "node_modules"));
  return prefix;
}

/** Whether the npm registry can be reached; a test that needs it is skipped where it cannot. */
export function registryAnswers(): boolean {
  try {
    execFileSync("npm", ["view", "lodash@4.17.21", "version"], { stdio: "ignore", timeout: 60_000 });
    return true;
  } catch {
    return false;
  }
}

let known: string | null = null;
function registry(): string {
  known ??= execFileSync("npm", ["config", "get", "registry"], { encoding: "utf8" }).trim();
  return known;
}

function start(program: string, args: readonly string[], cwd: string): string {
  const environment = {
    YARN_NPM_REGISTRY_SERVER: registry(),
    YARN_ENABLE_TELEMETRY: "0",
    npm_config_registry: registry(),
  };
  try {
    return execFileSync(program, args, {
      cwd,
      encoding: "utf8",
      env: { ...process.env, CI: "1", ...environment },
      maxBuffer: 2 ** 28,
      stdio: ["ignore", "pipe", "pipe"],
    });
  } catch (cause) {
    // npm ls tells of anything missing by its exit code.
    if (cause instanceof Error && "stdout" in cause && typeof cause.stdout === "string" && cause.stdout.trim() !== "")
      return cause.stdout;
    throw cause;
  }
}

/** `name@version` of all packages of a tree that `npm ls --json --long` printed, and what each asks for. */
export function listedByNpm(printed: string): ReadonlyMap<string, ReadonlySet<string>> {
  const listed = new Map<string, Set<string>>();
  const visit = (node: Json): string | null => {
    if (typeof node.version !== "string" || node.missing === true) return null;
    const id = `${node.name}@${node.version}`;
    const own = listed.get(id) ?? new Set();
    listed.set(id, own);
    for (const child of Object.values<Json>(node.dependencies ?? {})) {
      const found = visit(child);
      if (found !== null) own.add(found);
    }
    return id;
  };
  visit(JSON.parse(printed));
  return listed;
}
