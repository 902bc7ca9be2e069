import type { SbomPackage } from "../../../sbom/model.ts";
import type { CvesReport, Finding } from "../../../vuln/model.ts";
import type { WatchEvent } from "../../../vuln/watch/event.ts";
import type { PendingPost, WatchRecord } from "./record.ts";

/** What to watch, and how. */
export interface WatchRequest {
  /** References that are always scanned. */
  readonly references: readonly string[];
  /** Repositories whose tags are watched. */
  readonly repositories: readonly string[];
  /** Which of their tags; null for all. */
  readonly tag: RegExp | null;
  /** Whether images that are in the repositories when the watch begins are scanned too. */
  readonly allImages: boolean;
  /** Milliseconds between rounds. */
  readonly interval: number;
  /** References that are looked at a time. */
  readonly workers: number;
  readonly once: boolean;
  readonly dryRun: boolean;
  /** Whether to end with the first round in which there are new findings. */
  readonly exitOnVulnerability: boolean;
  /** What besides the reference decides which findings there are: records of other settings are left alone. */
  readonly settings: readonly string[];
}

/** What a scan of a reference gives. */
export interface WatchScan {
  readonly report: CvesReport;
  /** With those that the filters leave out of the report. */
  readonly unfiltered: readonly Finding[];
  readonly packages: readonly Pick<SbomPackage, "type" | "name" | "version">[];
}

/** What advisories there are. `data` tells them from those of another time, `vex` the VEX documents that the user names. */
export interface AdvisoryState {
  /** The index; null where there is none. */
  readonly path: string | null;
  readonly data: string;
  readonly vex: string;
}

/** All that a watch needs of the world. */
export interface WatchPorts {
  readonly now: () => Date;
  /** Ends the watch. */
  readonly signal: AbortSignal;
  readonly sleep: (milliseconds: number, signal: AbortSignal) => Promise<void>;
  /** Gets newer advisories; null where none are asked for. */
  readonly update: (() => Promise<void>) | null;
  readonly advisories: () => Promise<AdvisoryState>;
  /** What a reference stands for now: a digest, or what tells a file from what it was. */
  readonly identify: (reference: string) => Promise<string>;
  readonly scan: (reference: string, advisories: AdvisoryState) => Promise<WatchScan>;
  readonly tags: (repository: string) => Promise<readonly string[]>;
  readonly recall: (key: string) => Promise<WatchRecord | null>;
  readonly remember: (key: string, record: WatchRecord) => Promise<void>;
  /** Whether a list was read before; `noteList` says so. */
  readonly knowsList: (key: string) => Promise<boolean>;
  readonly noteList: (key: string) => Promise<void>;
  /** Tells what happened. */
  readonly emit: (event: WatchEvent) => void;
  /** Posts a change; null without a webhook. Throws where it was not taken. */
  readonly post: ((change: PendingPost) => Promise<void>) | null;
  /** Keeps the whole report of a scan; null where none are kept. */
  readonly keep: ((report: CvesReport) => Promise<void>) | null;
}
