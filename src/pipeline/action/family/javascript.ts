import type { Action } from "../action.ts";
import { shellQuote, shellText } from "../quote.ts";

/**
 * Changes versions in `package.json` and then `package-lock.json`. `bumps` is a JSON file: a list of `package`, `version`
 * and perhaps `overridePath`, the packages under which alone the version is to be used.
 */
export const npmBump: Action = {
  name: "npm/bump@v1",
  inputs: { bumps: "required", "npm-root": "optional", "omit-dev": "optional" },
  write: (inputs) => ({
    lines: [
      ...editManifest(npmProgram, { bumps: inputs.requiredText("bumps"), root: inputs.text("npm-root") ?? "." }),
      `npm install --package-lock-only --ignore-scripts --no-audit --no-fund${inputs.flag("omit-dev") === true ? " --omit=dev" : ""}`,
    ],
    programs: ["node", "npm"],
    network: true,
  }),
};

/**
 * Changes versions in `package.json` and then `yarn.lock`. `bumps` is a JSON file: a list of `package`, `version` and
 * perhaps `resolutions`, the patterns of Yarn's `resolutions` that are to get the version.
 */
export const yarnBump: Action = {
  name: "yarn/bump@v2",
  inputs: { bumps: "required", "yarn-root": "optional" },
  write: (inputs) => ({
    lines: [
      ...editManifest(yarnProgram, { bumps: inputs.requiredText("bumps"), root: inputs.text("yarn-root") ?? "." }),
      'case "$(yarn --version)" in',
      "1.*) yarn install --ignore-scripts --non-interactive ;;",
      "*) yarn install --mode=update-lockfile ;;",
      "esac",
    ],
    programs: ["node", "yarn"],
    network: true,
  }),
};

function editManifest(program: string, { bumps, root }: { readonly bumps: string; readonly root: string }) {
  return [
    `bumps=${shellText(bumps)}`,
    'case "$bumps" in /*) ;; *) bumps="$PWD/$bumps" ;; esac',
    `cd -- ${shellText(root)}`,
    `node -e ${shellQuote(program)} -- "$bumps"`,
  ];
}

/** Common to both programs: they read the bumps, call `bump` for each, and write the manifest as it was indented. */
const manifestProgram = (bump: string) => `"use strict";
const { readFileSync, writeFileSync } = require("node:fs");
const file = process.argv[1];
const text = readFileSync("package.json", "utf8");
const manifest = JSON.parse(text);
const bumps = JSON.parse(readFileSync(file, "utf8"));
if (!Array.isArray(bumps)) throw new Error(file + ": must be a list");
const map = (parent, key) => {
  if (!Object.hasOwn(parent, key)) Object.defineProperty(parent, key, { value: {}, enumerable: true, writable: true });
  return parent[key];
};
const changeDirect = (name, version) => {
  const sections = ["dependencies", "devDependencies", "optionalDependencies"];
  const found = sections.filter((section) => Object.hasOwn(manifest[section] ?? {}, name));
  for (const section of found) manifest[section][name] = version;
  return found.length > 0;
};
for (const { package: name, version, ...rest } of bumps) {
  if (typeof name !== "string" || typeof version !== "string") throw new Error(file + ": every item needs package and version");
  bump(name, version, rest);
}
writeFileSync("package.json", JSON.stringify(manifest, null, /^[ \\t]+/m.exec(text)?.[0] ?? 2) + "\\n");
${bump}`;

/** npm takes an override for a direct dependency only with the very version the manifest has; the manifest's is changed. */
const npmProgram = manifestProgram(`function bump(name, version, { overridePath }) {
  const path = overridePath ?? [];
  if (path.length === 0 && changeDirect(name, version)) return;
  let at = map(manifest, "overrides");
  for (const step of path) {
    if (typeof at[step] === "string") at[step] = { ".": at[step] };
    at = map(at, step);
  }
  if (typeof at[name] === "object") at[name]["."] = version;
  else at[name] = version;
}`);

const yarnProgram = manifestProgram(`function bump(name, version, { resolutions }) {
  if (resolutions === undefined && changeDirect(name, version)) return;
  const all = map(manifest, "resolutions");
  for (const pattern of resolutions ?? [name]) all[pattern] = version;
}`);
