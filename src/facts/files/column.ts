/** Numbers per row in blocks, so that a long table grows without being copied. */
export interface Column {
  get(row: number): number;
  set(row: number, value: number): void;
}

const blockBits = 16;
const blockMask = (1 << blockBits) - 1;

/** A column of unsigned 32-bit numbers; 0 where nothing was set. */
export function createColumn(): Column {
  const blocks: Uint32Array[] = [];
  return {
    get(row) {
      return blocks[row >>> blockBits]?.[row & blockMask] ?? 0;
    },
    set(row, value) {
      const at = row >>> blockBits;
      const block = blocks[at] ?? new Uint32Array(1 << blockBits);
      blocks[at] = block;
      block[row & blockMask] = value;
    },
  };
}
