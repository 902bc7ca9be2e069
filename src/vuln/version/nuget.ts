import { rankedOrder } from "./ranked.ts";
import { readSemver } from "./semver.ts";

/**
 * The order of NuGet's versions: Semantic Versioning 2.0.0 with up to four numbers, of which missing ones are 0, and with
 * prerelease labels whose case does not matter. Metadata after `+` does not count. Takes any text, as `compareSemver` does.
 */
export const compareNugetVersions = rankedOrder((text) => readSemver(text.toLowerCase(), 4), 0);
