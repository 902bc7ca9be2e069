import type { Action } from "./action.ts";
import { debBuild, debInstall } from "./debian-package.ts";
import { dpkgBuild, dpkgBump, dpkgPatch, dpkgSource } from "./debian-source.ts";
import { gitCheckout, gitPatch } from "./git.ts";
import { goBuild } from "./go.ts";
import { goBumpV1, goBumpV2, goHermetic } from "./go-modules.ts";
import { gradleMirror, mvnMirror, mvnPatch } from "./java.ts";
import { npmBump, yarnBump } from "./javascript.ts";
import { patch } from "./patch.ts";
import { spdx } from "./sbom.ts";
import { cosignVerifyBlob, gpgVerify } from "./signature.ts";
import { strip } from "./strip.ts";

/** Every action a step can use, in the order docs/actions.md has them. */
export const actions: readonly Action[] = [
  ...[goBuild, goBumpV1, goBumpV2, goHermetic],
  ...[gitCheckout, gitPatch, patch],
  ...[gpgVerify, cosignVerifyBlob],
  ...[dpkgSource, dpkgPatch, dpkgBump, dpkgBuild, debBuild, debInstall],
  ...[npmBump, yarnBump, mvnPatch, mvnMirror, gradleMirror],
  ...[strip, spdx],
];
