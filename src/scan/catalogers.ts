import type { Cataloger } from "./cataloger.ts";
import { componentCataloger } from "./component/cataloger.ts";
import { dpkgCataloger } from "./dpkg/cataloger.ts";
import { npmCataloger } from "./npm/cataloger.ts";
import { nodeRuntimeCataloger } from "./runtime/node.ts";

/** All catalogers, in the order they run: what one finds, later ones do not claim again. */
export const catalogers: readonly Cataloger[] = [componentCataloger, dpkgCataloger, npmCataloger, nodeRuntimeCataloger];
