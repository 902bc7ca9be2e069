/** Numbers per row in blocks, so that a long table grows without being copied; 0 where nothing was set. */
export interface Column {
  get(row: number): number;
  set(row: number, value: number): void;
}

/** A column of unsigned 32-bit numbers that mostly differ from row to row. */
export function createColumn(): Column {
  const blockBits = 16;
  const blockMask = (1 << blockBits) - 1;
  const blocks: Uint32Array[] = [];
  return {
    get: (row) => blocks[row >>> blockBits]?.[row & blockMask] ?? 0,
    set(row, value) {
      const at = row >>> blockBits;
      const block = blocks[at] ?? new Uint32Array(1 << blockBits);
      blocks[at] = block;
      block[row & blockMask] = value;
    },
  };
}

/**
 * A column whose rows often have the number of the row before, such as their folder's: a block of nothing but one number is
 * held as that number.
 */
export function createRunColumn(): Column {
  const blockBits = 8;
  const blockMask = (1 << blockBits) - 1;
  const blocks: (number | Uint32Array)[] = [];
  let used = 0;
  const change = (row: number, value: number) => {
    const at = row >>> blockBits;
    const block = blocks[at];
    if (typeof block === "object") block[row & blockMask] = value;
    else if (block === undefined) blocks[at] = value;
    else if (block !== value) {
      const numbers = new Uint32Array(1 << blockBits).fill(block);
      numbers[row & blockMask] = value;
      blocks[at] = numbers;
    }
  };
  return {
    get(row) {
      if (row >= used) return 0;
      const block = blocks[row >>> blockBits];
      return typeof block === "object" ? (block[row & blockMask] ?? 0) : (block ?? 0);
    },
    set(row, value) {
      for (; used < row; used++) change(used, 0);
      change(row, value);
      used = Math.max(used, row + 1);
    },
  };
}
