import { alpineSecdb } from "./alpine-secdb.ts";
import { debianAdvisoryList } from "./debian/advisory-list.ts";
import { debianAdvisoryRows } from "./debian/advisory-rows.ts";
import { dhiTriage } from "./debian/dhi-triage.ts";
import { debianLifetime } from "./debian/lifetime.ts";
import { debianSupport } from "./debian/support.ts";
import { debianTracker } from "./debian/tracker.ts";
import { osv } from "./osv/osv.ts";
import { epss } from "./priority/epss.ts";
import { kev } from "./priority/kev.ts";
import { nodeCore } from "./project/node-core.ts";
import { openssl } from "./project/openssl.ts";
import type { Provider } from "./provider.ts";
import { vex } from "./vex.ts";

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
