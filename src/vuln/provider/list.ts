import { debianAdvisoryList } from "./debian-advisory-list.ts";
import { debianAdvisoryRows } from "./debian-advisory-rows.ts";
import { debianTracker } from "./debian-tracker.ts";
import { osv } from "./osv.ts";
import type { Provider } from "./provider.ts";

/** All formats that are read. A feed goes to the first that recognises it. */
export const providers: readonly Provider[] = [osv, debianAdvisoryRows, debianAdvisoryList, debianTracker];
