import { readFileSync } from "node:fs";
import type { Sbom } from "../../src/sbom/model.ts";
import { openAdvisoryIndex } from "../../src/vuln/index/read.ts";
import { match } from "../../src/vuln/match.ts";
import { peakMemory } from "../../test/support/peak-memory.ts";
import type { Matched } from "./matching.ts";

// node bench/cves/worker.ts INDEX BILL prints a Matched.
const [, , path = "", bill = ""] = process.argv;
const sbom: Sbom = JSON.parse(readFileSync(bill, "utf8"));
const start = performance.now();
const usage = process.threadCpuUsage();
const index = openAdvisoryIndex(path);
const { findings } = match(sbom, { index, policy: "all", today: "2026-11-23" });
const { user, system } = process.threadCpuUsage(usage);
const result: Matched = {
  milliseconds: performance.now() - start,
  processor: (user + system) / 1000,
  peakMegabytes: peakMemory() ?? process.resourceUsage().maxRSS / 1024,
  packages: sbom.packages.length,
  findings: findings.length,
};
index.close();
console.log(JSON.stringify(result));
