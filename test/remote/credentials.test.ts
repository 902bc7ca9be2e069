import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { RunHelper } from "../../src/remote/credential-helper.ts";
import { createCredentialLookup, credentialFiles } from "../../src/remote/credentials.ts";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "hardpan-login-"));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true, force: true });
});

const auth = (text: string) => ({ auth: Buffer.from(text).toString("base64") });
const password = (username: string, secret: string) => ({ kind: "password", username, password: secret });

async function lookup(config: unknown, place: string, runHelper?: RunHelper) {
  const file = join(folder, "config.json");
  await writeFile(file, typeof config === "string" ? config : JSON.stringify(config));
  const slash = place.indexOf("/");
  const find = createCredentialLookup(
    [join(folder, "absent.json"), file],
    runHelper === undefined ? {} : { runHelper },
  );
  return await find({ registry: place.slice(0, slash), repository: place.slice(slash + 1) });
}

describe("credentials", () => {
  it.each([
    ["a registry", { "ghcr.io": auth("ann:pw") }, "ghcr.io/a/b", password("ann", "pw")],
    ["a password with colons", { "ghcr.io": auth("ann:p:w:") }, "ghcr.io/a/b", password("ann", "p:w:")],
    ["an old address", { "https://ghcr.io/v1/": auth("ann:pw") }, "ghcr.io/a/b", password("ann", "pw")],
    ["Docker Hub", { "https://index.docker.io/v1/": auth("ann:pw") }, "docker.io/library/node", password("ann", "pw")],
    ["a port", { "localhost:5000": auth("ann:pw") }, "localhost:5000/a", password("ann", "pw")],
    ["plain fields", { "ghcr.io": { username: "ann", password: "pw" } }, "ghcr.io/a", password("ann", "pw")],
    [
      "a token",
      { "ghcr.io": { ...auth("ann:"), identitytoken: "t" } },
      "ghcr.io/a",
      { kind: "identity-token", token: "t" },
    ],
    ["the most exact path", { "q.io": auth("a:1"), "q.io/org": auth("b:2") }, "q.io/org/app", password("b", "2")],
    [
      "the registry for another path",
      { "q.io": auth("a:1"), "q.io/org": auth("b:2") },
      "q.io/organ/app",
      password("a", "1"),
    ],
    ["no other registry", { "ghcr.io": auth("ann:pw") }, "evil-ghcr.io/a", null],
    ["no registry on another port", { "localhost:5000": auth("ann:pw") }, "localhost:5001/a", null],
    ["an empty entry", { "ghcr.io": {} }, "ghcr.io/a", null],
    ["no name", { "ghcr.io": auth(":pw") }, "ghcr.io/a", null],
    ["no password", { "ghcr.io": auth("ann:") }, "ghcr.io/a", null],
    ["a password that ends with NUL", { "ghcr.io": auth("ann:pw\0\0") }, "ghcr.io/a", password("ann", "pw")],
    [
      "auth before the plain fields",
      { "q.io": { ...auth("a:1"), username: "b", password: "2" } },
      "q.io/a",
      password("a", "1"),
    ],
    [
      "a token for the registry itself",
      { "q.io": { registrytoken: "t" } },
      "q.io/a",
      { kind: "registry-token", token: "t" },
    ],
    ["an address with http", { "http://q.io": auth("a:1") }, "q.io/a", password("a", "1")],
    ["an address with any path", { "https://q.io:5000/api/": auth("a:1") }, "q.io:5000/a", password("a", "1")],
    ["a name before an address", { "https://q.io": auth("a:1"), "q.io": auth("b:2") }, "q.io/a", password("b", "2")],
    ["no registry by a path of another", { "q.io/org": auth("b:2") }, "q.io/app", null],
    [
      "one image of Docker Hub",
      { "docker.io/library/node": auth("a:1"), "docker.io": auth("b:2") },
      "docker.io/library/node",
      password("a", "1"),
    ],
    ["Docker Hub by its host", { "registry-1.docker.io": auth("a:1") }, "docker.io/library/node", password("a", "1")],
  ])("are found for %s", async (_, auths, place, expected) => {
    expect(await lookup({ auths }, place)).toEqual(expected);
  });

  const knows =
    (asked: string[]): RunHelper =>
    async (program, input) => {
      asked.push(`${program} ${input}`);
      const answer = { ServerURL: input, Username: input === "t.io" ? "<token>" : "ann", Secret: program };
      return { kind: "ended", exitCode: 0, output: JSON.stringify(answer) };
    };

  it("come from the helper of the registry, else from the store, and from the file where there is neither", async () => {
    const asked: string[] = [];
    const config = {
      auths: { "f.io": auth("file:pw"), "s.io": auth("file:pw"), "h.io": auth("file:pw") },
      credHelpers: { "h.io": "own", "t.io": "own", "f.io": "" },
      credsStore: "desktop",
    };
    const ask = async (place: string) => await lookup(config, place, knows(asked));
    expect(await ask("h.io/a")).toEqual(password("ann", "docker-credential-own"));
    expect(await ask("t.io/a")).toEqual({ kind: "identity-token", token: "docker-credential-own" });
    expect(await ask("s.io/a")).toEqual(password("ann", "docker-credential-desktop"));
    expect(await ask("docker.io/library/node")).toEqual(password("ann", "docker-credential-desktop"));
    expect(await ask("f.io/a")).toEqual(password("file", "pw"));
    expect(asked).toEqual([
      "docker-credential-own h.io",
      "docker-credential-own t.io",
      "docker-credential-desktop s.io",
      "docker-credential-desktop https://index.docker.io/v1/",
    ]);
  });

  it.each([
    ["https://index.docker.io/v1/", "docker-credential-own https://index.docker.io/v1/"],
    ["docker.io", "docker-credential-own docker.io"],
  ])("of Docker Hub come from the helper of %s", async (name, expected) => {
    const asked: string[] = [];
    const config = { credHelpers: { [name]: "own" }, credsStore: "desktop" };
    expect(await lookup(config, "docker.io/library/node", knows(asked))).not.toBeNull();
    expect(asked).toEqual([expected]);
  });

  /** Puts a helper `docker-credential-test` on the PATH, which runs `script`. */
  async function install(script: string): Promise<void> {
    const helper = join(folder, "docker-credential-test");
    await writeFile(helper, `#!/bin/sh\n${script}\n`);
    await chmod(helper, 0o755);
    vi.stubEnv("PATH", `${folder}:${process.env["PATH"]}`);
  }

  it("come from a real helper program", async () => {
    await install('read server\nprintf \'{"Username":"ann","Secret":"%s"}\\n\' "$1-$server"');
    expect(await lookup({ credsStore: "test" }, "ghcr.io/a")).toEqual(password("ann", "get-ghcr.io"));
  });

  it.each([
    ["says so as docker-credential-helpers do", "echo credentials not found in native keychain; exit 1"],
    ["answers with nothing", 'echo \'{"ServerURL":"","Username":"","Secret":""}\''],
  ])("are absent where the helper %s", async (_, script) => {
    await install(script);
    expect(await lookup({ credsStore: "test", auths: { "ghcr.io": auth("a:1") } }, "ghcr.io/a")).toBeNull();
  });

  it.each([
    ["is locked", "echo secret: the keychain is locked; exit 1", "ended with 1"],
    ["prints what is no answer", 'echo \'{"Username":"ann","Secret":["secret"]}\'', "cannot be read"],
    ["prints no JSON", "echo secret", "cannot be read"],
  ])("cannot be had from a helper that %s", async (_, script, message) => {
    await install(script);
    const error = await lookup({ credsStore: "test" }, "ghcr.io/a").catch((cause: unknown) => cause);
    expect(error).toMatchObject({ code: "REMOTE_CREDENTIALS", message: expect.stringContaining(message) });
    expect(inspect(error)).not.toContain("secret");
  });

  it("cannot be had from a helper that is not installed", async () => {
    await expect(lookup({ credsStore: "that-is-not-installed" }, "ghcr.io/a")).rejects.toMatchObject({
      code: "REMOTE_CREDENTIALS",
      message: "docker-credential-that-is-not-installed, which keeps logins, is not installed",
    });
  });

  it("are not looked for in a folder", async () => {
    const find = createCredentialLookup([folder]);
    await expect(find({ registry: "ghcr.io", repository: "a" })).rejects.toMatchObject({ code: "REMOTE_CREDENTIALS" });
  });

  it.each([
    ["no JSON", '{"auths": {"ghcr.io": {"auth": "c2VjcmV0'],
    ["another shape", { auths: [] }],
    ["an auth without a colon", { auths: { "ghcr.io": auth("secret") } }],
    ["a helper with a path", { credHelpers: { "ghcr.io": "../../bin/sh" } }],
  ])("are refused, without being shown, in a file with %s", async (_, config) => {
    const error = await lookup(config, "ghcr.io/a").catch((cause: unknown) => cause);
    expect(error).toMatchObject({ code: "REMOTE_CREDENTIALS" });
    expect(inspect(error)).not.toMatch(/secret|c2Vj/);
  });

  it.each([
    [
      "of a user",
      {},
      1000,
      ["/home/ann/.docker/config.json", "/run/containers/1000/auth.json", "/home/ann/.config/containers/auth.json"],
    ],
    ["on another system", {}, null, ["/home/ann/.docker/config.json", "/home/ann/.config/containers/auth.json"]],
    [
      "as variables say",
      { REGISTRY_AUTH_FILE: "/r", DOCKER_CONFIG: "/d", XDG_RUNTIME_DIR: "/run/1", XDG_CONFIG_HOME: "/c" },
      1000,
      ["/r", "/d/config.json", "/run/1/containers/auth.json", "/c/containers/auth.json"],
    ],
    [
      "as if empty variables were not set",
      { REGISTRY_AUTH_FILE: "", DOCKER_CONFIG: "", XDG_RUNTIME_DIR: "", XDG_CONFIG_HOME: "" },
      0,
      ["/home/ann/.docker/config.json", "/run/containers/0/auth.json", "/home/ann/.config/containers/auth.json"],
    ],
  ])("are looked for where Docker and Podman keep them: %s", (_, environment, uid, files) => {
    expect(credentialFiles({ environment, home: "/home/ann", uid })).toEqual(files);
  });
});
