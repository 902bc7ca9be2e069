import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";
import { execa } from "execa";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createCredentialLookup, credentialFiles, type RunHelper } from "../../src/remote/credentials.ts";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "hardpan-login-"));
});
afterEach(async () => {
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
  ])("are found for %s", async (_, auths, place, expected) => {
    expect(await lookup({ auths }, place)).toEqual(expected);
  });

  it("come from the helper of the registry, else from the file, else from the store", async () => {
    const asked: string[] = [];
    const runHelper: RunHelper = async (program, input) => {
      asked.push(`${program} ${input}`);
      return JSON.stringify({ ServerURL: input, Username: input === "t.io" ? "<token>" : "ann", Secret: program });
    };
    const config = {
      auths: { "ghcr.io": auth("file:pw"), "s.io": {} },
      credHelpers: { "h.io": "own", "t.io": "own" },
      credsStore: "desktop",
    };
    expect(await lookup(config, "h.io/a", runHelper)).toEqual(password("ann", "docker-credential-own"));
    expect(await lookup(config, "t.io/a", runHelper)).toEqual({
      kind: "identity-token",
      token: "docker-credential-own",
    });
    expect(await lookup(config, "ghcr.io/a", runHelper)).toEqual(password("file", "pw"));
    expect(await lookup(config, "s.io/a", runHelper)).toEqual(password("ann", "docker-credential-desktop"));
    expect(await lookup(config, "docker.io/library/node", runHelper)).not.toBeNull();
    expect(asked).toEqual([
      "docker-credential-own h.io",
      "docker-credential-own t.io",
      "docker-credential-desktop s.io",
      "docker-credential-desktop https://index.docker.io/v1/",
    ]);
  });

  it("are absent where the helper knows none", async () => {
    expect(await lookup({ credsStore: "desktop" }, "ghcr.io/a", async () => null)).toBeNull();
  });

  it("come from a real helper program", async () => {
    const helper = join(folder, "docker-credential-test");
    await writeFile(helper, '#!/bin/sh\nread server\nprintf \'{"Username":"ann","Secret":"%s"}\' "$1-$server"\n');
    await chmod(helper, 0o755);
    const runHelper: RunHelper = async (program, input) => {
      const result = await execa(join(folder, program), ["get"], { input });
      return result.stdout;
    };
    expect(await lookup({ credsStore: "test" }, "ghcr.io/a", runHelper)).toEqual(password("ann", "get-ghcr.io"));
    expect(await lookup({ credsStore: "that-is-not-installed" }, "ghcr.io/a")).toBeNull();
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

  it("are looked for where Docker and Podman keep them", () => {
    expect(credentialFiles({ environment: {}, home: "/home/ann" })).toEqual([
      "/home/ann/.docker/config.json",
      "/home/ann/.config/containers/auth.json",
    ]);
    const environment = {
      REGISTRY_AUTH_FILE: "/r",
      DOCKER_CONFIG: "/d",
      XDG_RUNTIME_DIR: "/run/1",
      XDG_CONFIG_HOME: "/c",
    };
    expect(credentialFiles({ environment, home: "/home/ann" })).toEqual([
      "/r",
      "/d/config.json",
      "/run/1/containers/auth.json",
      "/c/containers/auth.json",
    ]);
  });
});
