import { createHash } from "node:crypto";
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { fetchKeyring, keyringsFor } from "../../../src/apt/repository/keys.ts";
import { parseRepositoryLine } from "../../../src/apt/repository/line.ts";
import { serveFolder } from "../../support/serve-folder.ts";
import { temporaryFolder } from "../../support/temporary.ts";
import { testArchive, testPorts } from "../archives.ts";

async function servedKey(content = "a key") {
  const directory = await temporaryFolder();
  await writeFile(join(directory, "vendor.asc"), content);
  const server = await serveFolder(directory);
  onTestFinished(server.close);
  const sha256 = createHash("sha256").update(content).digest("hex");
  const ports = await testPorts(await testArchive());
  return { directory, server, ports, sha256, url: `${server.url}/vendor.asc` };
}

describe("fetchKeyring", () => {
  it("takes a key over plain http only by its hash", async () => {
    const { ports, url, sha256 } = await servedKey();
    await expect(fetchKeyring(url, ports, {})).rejects.toMatchObject({
      code: "APT_REPOSITORY_INVALID",
      message: expect.stringContaining(url),
    });
    const key = await fetchKeyring(`${url}#sha256:${sha256}`, ports, {});
    expect(key).toMatchObject({ name: "vendor", address: url });
    expect(Buffer.from(key.bytes).toString()).toBe("a key");
    await expect(fetchKeyring(`${url}#sha256:${"0".repeat(64)}`, ports, {})).rejects.toMatchObject({
      code: "HTTP_MISMATCH",
    });
  });

  it("keeps it for offline runs, and says what is missing there", async () => {
    const { directory, ports, url, sha256 } = await servedKey();
    const file = `file://${join(directory, "vendor.asc")}`;
    const offline = { offline: true };
    await expect(fetchKeyring(file, ports, offline)).rejects.toMatchObject({ code: "APT_OFFLINE" });
    await expect(fetchKeyring(`${url}#sha256:${sha256}`, ports, offline)).rejects.toMatchObject({
      code: "APT_OFFLINE",
    });
    await fetchKeyring(file, ports, {});
    expect((await fetchKeyring(file, ports, offline)).name).toBe("vendor");
    expect((await fetchKeyring(`${url}#sha256:${sha256}`, ports, offline)).name).toBe("vendor");
  });

  it("takes the key it has when the address no longer answers", async () => {
    const { directory, ports } = await servedKey();
    const file = `file://${join(directory, "vendor.asc")}`;
    await fetchKeyring(file, ports, {});
    await rm(directory, { recursive: true });
    expect(Buffer.from((await fetchKeyring(file, ports, {})).bytes).toString()).toBe("a key");
  });

  it.each(["ftp://a.example/key", "key.asc", "https://a.example/key#deadbeef"])("refuses %s", async (address) => {
    const ports = await testPorts(await testArchive());
    await expect(fetchKeyring(address, ports, {})).rejects.toMatchObject({ code: "APT_REPOSITORY_INVALID" });
  });
});

describe("keyringsFor", () => {
  const file = (name: string) => ({ name, address: name, bytes: new Uint8Array() });
  const keyrings = [file("a"), file("b")];
  const names = (options: string) =>
    keyringsFor(parseRepositoryLine(`deb ${options} https://a.example/x ./`), keyrings).map(({ name }) => name);

  it("takes those that signed-by names, whatever their ending, and all where it names none of them", () => {
    expect(names("[signed-by=/usr/share/keyrings/b.gpg]")).toEqual(["b"]);
    expect(names("[signed-by=/etc/apt/keyrings/a.asc,/x/b.pgp]")).toEqual(["a", "b"]);
    expect(names("[signed-by=/usr/share/keyrings/other.gpg]")).toEqual(["a", "b"]);
    expect(names("")).toEqual(["a", "b"]);
  });
});
