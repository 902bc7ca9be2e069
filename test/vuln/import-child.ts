import { importAdvisories } from "../../src/vuln/import.ts";

/** Imports the folder named first into the index named second; started, and killed, by a test. */
const [folder = "", index = ""] = process.argv.slice(2);
process.stdout.write("started\n");
await importAdvisories([folder], index, { now: new Date("2026-06-01T12:00:00Z") });
process.stdout.write("done\n");
