import type { Coordinates } from "./coordinates.ts";

/** An artifact in an archive. */
export interface JavaPackage {
  readonly coordinates: Coordinates;
  readonly licenses: readonly string[];
  /** Where in the file the archive is that has it: `WEB-INF/lib/a.jar`, `lib/b.jar!/lib/c.jar`; empty for the file itself. */
  readonly inner: string;
  /** What the group was guessed from; null where the archive says all coordinates. */
  readonly guess: string | null;
}

/** What one file has told. */
export type JavaFinding =
  | {
      readonly kind: "archive";
      readonly packages: readonly JavaPackage[];
      /** What was not looked into, and why. */
      readonly warnings: readonly string[];
    }
  | { readonly kind: "pom"; readonly coordinates: Coordinates; readonly licenses: readonly string[] };
