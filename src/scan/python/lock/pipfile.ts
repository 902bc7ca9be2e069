import { ScanError } from "../../error.ts";
import { isObject, parseObject } from "../../json.ts";
import { isLockedName, isLockedVersion, type LockedDistribution } from "./locked.ts";

/** What `Pipfile.lock` pins, for running and for development. Throws SCAN_FILE_INVALID. */
export function parsePipfileLock(text: string): readonly LockedDistribution[] {
  const json = parseObject(text);
  if (json === null) {
    throw new ScanError("SCAN_FILE_INVALID", "it is not a JSON object", {
      hint: "write it anew with pipenv lock",
    });
  }
  const { default: running, develop } = json;
  return [running, develop].flatMap((group) =>
    Object.entries(isObject(group) ? group : {}).flatMap(([name, item]) => {
      const { version } = isObject(item) ? item : {};
      const pinned = typeof version === "string" && version.startsWith("==") ? version.slice(2) : "";
      return isLockedName(name) && isLockedVersion(pinned) ? [{ name, version: pinned, requires: [] }] : [];
    }),
  );
}
