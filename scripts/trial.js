// `npm run trial`: installs what is missing and tries Hardpan on the example service.
import { ensureInstalled, run } from "./install.js";

ensureInstalled();
const args = process.argv.slice(2);
run("node", ["bin/hardpan.js", "trial", ...(args.length > 0 ? args : ["examples/node-service"])]);
