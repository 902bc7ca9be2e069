import { apkCataloger } from "./apk/cataloger.ts";
import type { Cataloger } from "./cataloger.ts";
import { componentCataloger } from "./component/cataloger.ts";
import { dotnetCataloger } from "./dotnet/cataloger.ts";
import { dpkgCataloger } from "./dpkg/cataloger.ts";
import { javaCataloger } from "./java/cataloger.ts";
import { npmCataloger } from "./npm/cataloger.ts";
import { phpCataloger } from "./php/cataloger.ts";
import { pythonCataloger } from "./python/cataloger.ts";
import { rpmCataloger } from "./rpm/cataloger.ts";
import { rubyCataloger } from "./ruby/cataloger.ts";
import { nodeRuntimeCataloger } from "./runtime/node.ts";

/**
 * All catalogers, in the order they run: what one finds, later ones do not claim again. Those of distributions come first,
 * as they say whom files belong to.
 */
export const catalogers: readonly Cataloger[] = [
  componentCataloger,
  dpkgCataloger,
  rpmCataloger,
  apkCataloger,
  npmCataloger,
  pythonCataloger,
  rubyCataloger,
  phpCataloger,
  javaCataloger,
  dotnetCataloger,
  nodeRuntimeCataloger,
];
