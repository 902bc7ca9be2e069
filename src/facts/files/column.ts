/** Numbers per row in blocks, so that a long table grows without being copied. */
export interface Column {
  get(row: number): number;
  set(row: number, value: number): void;
}

const blockBits = 16;
const blockMask = (1 << blockBits) - 1;

/** A column of unsigned numbers of 16 or 32 bits; 0 where nothing was set. Blocks of nothing but 0 take no room. */
export function createColumn(bits: 16 | 32 = 32): Column {
  const blocks: (Uint16Array | Uint32Array)[] = [];
  return {
    get(row) {
      return blocks[row >>> blockBits]?.[row & blockMask] ?? 0;
    },
    set(row, value) {
      const at = row >>> blockBits;
      let block = blocks[at];
      if (block === undefined) {
        if (value === 0) return;
        block = bits === 16 ? new Uint16Array(1 << blockBits) : new Uint32Array(1 << blockBits);
        blocks[at] = block;
      }
      block[row & blockMask] = value;
    },
  };
}
