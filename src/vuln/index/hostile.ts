import { DatabaseSync } from "node:sqlite";
import { tables } from "./schema.ts";

/** Most that one value of an index may have, in bytes: all of one package. The kernel's in a release of Debian has about one MiB. */
const largestValue = 16 * 2 ** 20;

/** Most rows of the tables that are read as a whole. */
export const mostRows = 10_000;

/**
 * Opens the file at `path` to be read, which may be anybody's: it runs no function that a schema names, and gives no value
 * that is larger than those of an index are. Throws what SQLite does.
 */
export function openForeign(path: string): DatabaseSync {
  const limits = { length: largestValue, sqlLength: 100_000 };
  const database = new DatabaseSync(path, { readOnly: true, enableForeignKeyConstraints: false, limits });
  database.exec("PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON");
  return database;
}

/**
 * What is wrong with the tables of an index; null where they are those that an import makes, word for word. So nothing in it
 * computes: a view, a generated column or a constraint may take for ever, or all memory there is.
 */
export function wrongTables(database: DatabaseSync): string | null {
  const wanted = new Map(
    tables
      .split(";")
      .map((statement) => statement.trim())
      .filter((statement) => statement !== "")
      .flatMap(entriesOf),
  );
  const asked = database.prepare("SELECT type, name, sql FROM sqlite_schema LIMIT ?").all(mostRows);
  for (const { type, name, sql } of asked) {
    if (wanted.get(String(name)) !== sql)
      return `it has a ${String(type)} ${String(name).slice(0, 100)} that no import makes`;
    wanted.delete(String(name));
  }
  const [missing] = wanted.keys();
  return missing === undefined ? null : `it has no such table as ${missing}`;
}

/** What the schema has of a table: itself and, where its key is kept apart from its rows, the index of the key. */
function entriesOf(statement: string): readonly (readonly [name: string, sql: string | null])[] {
  const name = /^CREATE TABLE (\w+)/.exec(statement)?.[1] ?? "";
  const hasIndex = statement.includes("PRIMARY KEY(") && !statement.endsWith("WITHOUT ROWID");
  const index: readonly [string, null] = [`sqlite_autoindex_${name}_1`, null];
  return [[name, statement], ...(hasIndex ? [index] : [])];
}
