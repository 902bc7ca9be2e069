import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { tarEnd, tarHeader, tarPadding } from "../../../src/archive/tar-write.ts";
import { feedMembers } from "../../../src/vuln/feed/members.ts";
import { temporaryFolder } from "../../support/temporary.ts";

describe("an archive of compressed members", () => {
  it("is refused once they become more than a feed may have, however small it is", { timeout: 60_000 }, async () => {
    const bomb = gzipSync(Buffer.alloc(64 * 2 ** 20 - 1));
    const path = join(await temporaryFolder(), "bombs.tar");
    const members = Array.from({ length: 40 }, (_, at) => [
      tarHeader({ path: `${at}.gz`, type: "file", size: bomb.length, mode: 0o644, uid: 0, gid: 0, mtime: 0 }),
      bomb,
      tarPadding(bomb.length),
    ]);
    await writeFile(path, Buffer.concat([...members.flat(), tarEnd]));
    const read = async () => {
      for await (const _ of feedMembers({ path, name: "bombs.tar" }, "tar"));
    };
    await expect(read()).rejects.toMatchObject({ code: "VULN_FEED_TOO_LARGE" });
  });
});
