// `npm run bench`: each bench states its budget and exits 1 when it is exceeded.
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { attempt, ensureInstalled, root } from "./install.js";

ensureInstalled();
const benches = readdirSync(join(root, "bench"))
  .filter((file) => file.endsWith(".ts"))
  .sort();
const statuses = benches.map((file) => attempt("node", [join("bench", file)]));
process.exit(Math.max(0, ...statuses));
