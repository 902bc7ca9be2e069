import { alpineSecdb } from "./alpine-secdb/alpine-secdb.ts";
import { debianAdvisoryList } from "./debian-advisories/advisory-list.ts";
import { debianAdvisoryRows } from "./debian-advisories/advisory-rows.ts";
import { debianSupport } from "./debian-support/support.ts";
import { debianTracker } from "./debian-tracker/tracker.ts";
import { dhiTriage } from "./dhi-triage/dhi-triage.ts";
import { debianLifetime } from "./distro-info/lifetime.ts";
import { epss } from "./epss/epss.ts";
import { kev } from "./kev/kev.ts";
import { nodeCore } from "./node-core/node-core.ts";
import { openssl } from "./openssl/openssl.ts";
import { osv } from "./osv/osv.ts";
import type { Provider } from "./provider.ts";
import { vex } from "./vex/vex.ts";

/** All formats that are read. A document goes to the first that recognises it. */
export const providers: readonly Provider[] = [
  osv,
  alpineSecdb,
  openssl,
  nodeCore,
  kev,
  epss,
  vex,
  debianAdvisoryRows,
  dhiTriage,
  debianAdvisoryList,
  debianSupport,
  debianLifetime,
  debianTracker,
];
