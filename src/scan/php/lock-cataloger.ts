import type { Cataloger } from "../cataloger.ts";
import { longestJson } from "../json.ts";
import { lockedPackages } from "../locked.ts";
import { describeComposer } from "./catalog-composer.ts";
import { type ComposerPackage, parseComposerLock } from "./composer.ts";

/**
 * PHP packages that a project's `composer.lock` names, for folders that hold a project and not what it was installed to.
 * Those that are installed too are left to `phpCataloger`, which has to run before.
 */
export const phpLockCataloger: Cataloger<readonly ComposerPackage[]> = {
  name: "php-lock",
  interest: { names: ["composer.lock"] },
  reading: () => ({ limit: longestJson, read: (content) => parseComposerLock(new TextDecoder().decode(content)) }),
  catalog({ findings, found }) {
    const locked = [...findings].flatMap(([path, packages]) =>
      describeComposer(packages, path).map((item) => ({ ...item, path })),
    );
    return lockedPackages(locked, found);
  },
};
