/** More rows or entries than any database of packages has, keys and what is no package among them. */
export const maxRecords = 100_000;

/** Bytes of the largest record that is read. The headers of packages with a hundred thousand files are smaller. */
export const maxRecordSize = 2 ** 24;

/** Stands for a record that is too large: it is no package's header. */
export const unread = new Uint8Array(0);
