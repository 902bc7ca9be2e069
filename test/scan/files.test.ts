import { describe, expect, it } from "vitest";
import { CodedError } from "../../src/error.ts";
import { type PlainFile, scanFiles } from "../../src/scan/files.ts";
import { named, statusStanza, trixie } from "./tree.ts";

/** A file whose content comes in pieces of `size` bytes, the same array each time, and then fails where `failure` is given. */
function file(path: string, text: string, { size = 7, failure }: { size?: number; failure?: Error } = {}): PlainFile {
  const bytes = Buffer.from(text);
  return {
    ...{ path, type: "file", mode: 0o644, uid: 0, gid: 0, size: bytes.length, linkPath: "" },
    async *content() {
      const lent = Buffer.alloc(size);
      for (let at = 0; at < bytes.length; at += size) yield lent.subarray(0, bytes.copy(lent, 0, at, at + size));
      if (failure !== undefined) throw failure;
    },
  };
}

async function* all(files: readonly PlainFile[]) {
  yield* files;
}

const none = { reference: "fs:///somewhere", warnings: () => [] };
const unreadable = new CodedError("CONTENT_UNREADABLE", "cannot read it", { hint: "look at it" });
const status = ["zlib1g 1.3", "bash 5.2"]
  .map((line) => line.split(" "))
  .map(([Package = "", Version = ""]) => statusStanza({ Package, Version }))
  .join("\n");

describe("files that are in no image", () => {
  it.each([1, 7, 255, 256, 4096])("are read in pieces of %i bytes as in one", async (size) => {
    const files = [file("etc/os-release", trixie, { size }), file("var/lib/dpkg/status", status, { size })];
    const sbom = await scanFiles(all(files), none);
    expect(named(sbom.packages)).toEqual(["deb bash 5.2", "deb zlib1g 1.3"]);
    expect(sbom.distribution?.codename).toBe("trixie");
    expect(sbom.image).toEqual({ reference: "fs:///somewhere", digest: null, platform: null });
  });

  it("give the same bill however fast each is read", async () => {
    const slow = (path: string, wait: number): PlainFile => ({
      ...file(path, JSON.stringify({ name: path.split("/")[0], version: "1.0.0" })),
      async *content() {
        await new Promise((done) => setTimeout(done, wait));
        yield* file(path, JSON.stringify({ name: path.split("/")[0], version: "1.0.0" })).content();
      },
    });
    const files = Array.from({ length: 20 }, (_, at) => slow(`p${at}/package.json`, (at * 7) % 11));
    const quick = files.map((one) => slow(one.path, 0));
    expect(await scanFiles(all(files), none)).toEqual(await scanFiles(all(quick), none));
  });

  it("are warned of where one cannot be read, beside what their reader passed over", async () => {
    const files = [file("var/lib/dpkg/status", status), file("z/package.json", "{}", { failure: unreadable })];
    const passed = { path: "closed", reason: "EACCES" };
    const { packages, warnings } = await scanFiles(all(files), { ...none, warnings: () => [passed] });
    expect(packages).toHaveLength(2);
    expect(warnings).toEqual([passed, { path: "z/package.json", reason: "cannot read it" }]);
  });

  it("fail where the reader does, and where nobody waits any more", async () => {
    const files = [file("a/package.json", "{}", { failure: new Error("no more") }), file("b", "")];
    await expect(scanFiles(all(files), none)).rejects.toThrow("no more");
    async function* broken() {
      yield file("a", "1");
      throw unreadable;
    }
    await expect(scanFiles(broken(), none)).rejects.toBe(unreadable);
    const signal = AbortSignal.abort(new Error("stopped"));
    await expect(scanFiles(all(files), { ...none, signal })).rejects.toThrow("stopped");
  });
});
