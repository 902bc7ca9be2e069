import { availableParallelism } from "node:os";
import { CliError } from "../error.ts";

const most = 999;

/** How many images `--jobs` has worked on at a time: as many as there are processors where it is not given. Throws CLI_USAGE. */
export function jobsOf(text: string | null): number {
  if (text === null) return availableParallelism();
  if (/^[1-9]\d*$/.test(text) && Number(text) <= most) return Number(text);
  throw new CliError("CLI_USAGE", `--jobs ${text} is not a number from 1 to ${most}`, {
    hint: "give how many images to work on at the same time",
  });
}
