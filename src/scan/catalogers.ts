import { apkCataloger } from "./apk/cataloger.ts";
import type { Cataloger } from "./cataloger.ts";
import { componentCataloger } from "./component/cataloger.ts";
import { dotnetCataloger } from "./dotnet/cataloger.ts";
import { dpkgCataloger } from "./dpkg/cataloger.ts";
import { fragmentCataloger } from "./fragment/cataloger.ts";
import { goCataloger } from "./go/cataloger.ts";
import { javaCataloger } from "./java/cataloger.ts";
import { npmCataloger } from "./npm/cataloger.ts";
import { phpCataloger } from "./php/cataloger.ts";
import { phpLockCataloger } from "./php/lock-cataloger.ts";
import { pythonCataloger } from "./python/cataloger.ts";
import { pythonLockCataloger } from "./python/lock/cataloger.ts";
import { rpmCataloger } from "./rpm/cataloger.ts";
import { rubyCataloger } from "./ruby/cataloger.ts";
import { rubyLockCataloger } from "./ruby/lock-cataloger.ts";
import { runtimeCataloger } from "./runtime/cataloger.ts";
import { rustCataloger } from "./rust/cataloger.ts";

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
  goCataloger,
  rustCataloger,
  runtimeCataloger,
  fragmentCataloger,
];

/**
 * The same for a project's folder, where lock files say what will be installed. In an image they say what was meant for the
 * place where it was built.
 */
export const folderCatalogers: readonly Cataloger[] = [
  ...catalogers,
  pythonLockCataloger,
  rubyLockCataloger,
  phpLockCataloger,
];
