import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { hardpanJson } from "../support/cli.ts";
import { temporaryFolder } from "../support/temporary.ts";
import { long, missingNetwork, titled } from "./shared.ts";

const missing = await missingNetwork();
const platform = ["--platform", "linux/amd64"];

describe.skipIf(missing !== null)(titled("the facts of a real image", missing), () => {
  it.each(["node:24-debian13", "debian-base:trixie-debian13-dev"])(
    "that are kept beside the build of %s are what reading it gives",
    async (name) => {
      const layout = `oci-dir://${join(await temporaryFolder(), "image")}`;
      const built = await hardpanJson(["build", name, ...platform, "--output", layout]);
      const kept = await hardpanJson(["facts", `catalog://${name}`, ...platform]);
      const read = await hardpanJson(["facts", layout, ...platform]);
      expect({ ...kept, image: { ...kept.image, reference: layout } }).toEqual(read);
      expect(kept).toMatchObject(built.platforms[0].facts);
    },
    long,
  );
});
