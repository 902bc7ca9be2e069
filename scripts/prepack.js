// Before `npm pack`: Node does not strip types under node_modules, so the package carries plain JavaScript; and it carries
// our lockfile, so that what is installed elsewhere is what was tested here.
import { copyFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { ensureInstalled, root, run } from "./install.js";

ensureInstalled();
rmSync(join(root, "dist"), { recursive: true, force: true });
run("tsc", ["--project", "tsconfig.build.json"]);
copyFileSync(join(root, "package-lock.json"), join(root, "npm-shrinkwrap.json"));
