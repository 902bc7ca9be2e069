import { setFlagsFromString } from "node:v8";

/**
 * Holds the garbage collector's young generation at the size it has. It would grow to tens of megabytes, first by what is
 * loaded and then where files are listed by the million, though next to nothing of them stays. To be called before much is
 * loaded.
 */
export function keepYoungGenerationSmall(): void {
  setFlagsFromString("--semi-space-growth-factor=1");
}
