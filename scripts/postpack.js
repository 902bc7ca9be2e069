// After `npm pack`: in the checkout package-lock.json alone counts.
import { rmSync } from "node:fs";
import { join } from "node:path";
import { root } from "./install.js";

rmSync(join(root, "npm-shrinkwrap.json"), { force: true });
