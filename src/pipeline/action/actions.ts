import type { Action } from "./action.ts";
import { debBuild, debInstall } from "./family/debian-package.ts";
import { dpkgBuild, dpkgBump, dpkgPatch, dpkgSource } from "./family/debian-source.ts";
import { gitCheckout, gitPatch } from "./family/git.ts";
import { goBuild } from "./family/go.ts";
import { goBumpV1, goBumpV2, goHermetic } from "./family/go-modules.ts";
import { gradleMirror, mvnMirror, mvnPatch } from "./family/java.ts";
import { npmBump, yarnBump } from "./family/javascript.ts";
import { patch } from "./family/patch.ts";
import { spdx } from "./family/sbom.ts";
import { cosignVerifyBlob, gpgVerify } from "./family/signature.ts";
import { strip } from "./family/strip.ts";

/** Every action a step can use, in the order docs/actions.md has them. */
export const actions: readonly Action[] = [
  ...[goBuild, goBumpV1, goBumpV2, goHermetic],
  ...[gitCheckout, gitPatch, patch],
  ...[gpgVerify, cosignVerifyBlob],
  ...[dpkgSource, dpkgPatch, dpkgBump, dpkgBuild, debBuild, debInstall],
  ...[npmBump, yarnBump, mvnPatch, mvnMirror, gradleMirror],
  ...[strip, spdx],
];
