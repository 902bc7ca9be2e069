/** Upper bounds for an archive; sizes in bytes, `nameLength` in characters. */
export interface TarLimits {
  readonly entries: number;
  readonly nameLength: number;
  /** One extended header. */
  readonly paxSize: number;
  /** Extended records that hold for one entry. */
  readonly paxRecords: number;
  readonly entrySize: number;
  /** The whole archive. */
  readonly totalSize: number;
}

/** What is allowed unless a caller says otherwise. */
export const usualLimits: TarLimits = {
  entries: 5_000_000,
  nameLength: 8192,
  paxSize: 1 << 20,
  paxRecords: 1000,
  entrySize: 2 ** 36,
  totalSize: 2 ** 38,
};
