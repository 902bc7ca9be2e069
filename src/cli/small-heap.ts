import { setFlagsFromString } from "node:v8";

/**
 * Has the garbage collector keep the heap near what is in use. Its young generation would grow to tens of megabytes, first by
 * what is loaded and then where files are listed by the million, though next to nothing of them stays; and the old one would
 * be let grow to twice of what is in it and more. To be called before much is loaded.
 */
export function keepHeapSmall(): void {
  setFlagsFromString("--semi-space-growth-factor=1");
  setFlagsFromString("--heap-growing-percent=50");
}
