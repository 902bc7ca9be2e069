import { chmod, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { copy } from "../../src/content/copy.ts";
import { createMemoryStore } from "../../src/content/memory.ts";
import { createHttp } from "../../src/http/fetch.ts";
import { parseReference } from "../../src/oci/reference.ts";
import { createCredentialLookup, credentialFiles } from "../../src/remote/credentials.ts";
import { openRepository } from "../../src/remote/repository.ts";
import { startDockerRegistry } from "../support/docker-registry.ts";
import { has } from "../support/program.ts";
import { startRegistry } from "../support/registry.ts";
import { temporaryFolder } from "../support/temporary.ts";
import { tinyStore } from "../support/tiny-image.ts";

const http = createHttp({ fetch, userAgent: "hardpan-test/0", limits: { attempts: 1 } });
const login = { username: "ann", password: "pass:word" };
const auth = Buffer.from(`${login.username}:${login.password}`).toString("base64");
const identityToken = "for the token server";
/** The password above, hashed with bcrypt. */
const htpasswd = "ann:$2y$05$abcdefghijklmnopqrstuuDIEddBSuRWBBEY6g5zv60IAP5bSSfki\n";

afterEach(() => void vi.unstubAllEnvs());

/** A home folder as docker login and podman login leave it, and a helper `docker-credential-kept` for what it does not hold. */
async function homeWith(files: { readonly docker?: object; readonly podman?: object }): Promise<string> {
  const home = await temporaryFolder();
  for (const [path, content] of [
    [".docker/config.json", files.docker],
    [".config/containers/auth.json", files.podman],
  ] as const) {
    await mkdir(join(home, path, ".."), { recursive: true });
    if (content !== undefined) await writeFile(join(home, path), JSON.stringify(content));
  }
  const helper = join(home, "docker-credential-kept");
  const answers = `
    pass) echo '{"ServerURL":"x","Username":"ann","Secret":"pass:word"}' ;;
    token) echo '{"ServerURL":"x","Username":"<token>","Secret":"${identityToken}"}' ;;
    *) echo credentials not found in native keychain; exit 1 ;;`;
  await writeFile(
    helper,
    `#!/bin/sh\ntest "$1" = get || exit 2\ncase "$(cat "$0.$(cat)" 2>/dev/null)" in ${answers}\nesac\n`,
  );
  await chmod(helper, 0o755);
  vi.stubEnv("PATH", `${home}:${process.env["PATH"]}`);
  return home;
}

/** Has the helper of `home` know the login of `kind` for `server`. */
async function keep(home: string, server: string, kind: "pass" | "token"): Promise<void> {
  await writeFile(join(home, `docker-credential-kept.${server}`), kind);
}

/** Copies an image to `name` of the registry and back, with the logins of `home`. */
async function roundTrip(host: string, name: string, home: string): Promise<void> {
  const credentials = createCredentialLookup(credentialFiles({ environment: {}, home, uid: null }));
  const open = () => openRepository(parseReference(`${host}/${name}`), { http, credentials });
  const { store, root } = await tinyStore();
  await copy(store, open(), { reference: "latest", targetReferences: ["1.0"] });
  expect(await copy(open(), createMemoryStore(), { reference: "1.0" })).toEqual(root);
}

const registries = [
  {
    kind: "CNCF distribution's registry with Basic",
    absent: has("docker-registry") ? null : "needs docker-registry",
    start: async () => await startDockerRegistry({ htpasswd }),
  },
  { kind: "a registry with Basic", absent: null, start: async () => await startRegistry({ auth: "basic", login }) },
  {
    kind: "a registry with Bearer tokens",
    absent: null,
    start: async () => await startRegistry({ auth: "token", login, identityToken }),
  },
];

describe.each(registries)("$kind", ({ absent, start }) => {
  const why = absent === null ? "" : ` (skipped: ${absent})`;
  const started = async () => {
    const registry = await start();
    onTestFinished(async () => await registry[Symbol.asyncDispose]());
    return registry.host;
  };

  it.skipIf(absent !== null).each([
    ["docker login wrote", (host: string) => ({ docker: { auths: { [host]: { auth } } } })],
    ["podman login wrote", (host: string) => ({ podman: { auths: { [host]: { auth } } } })],
    [
      "podman login wrote for one repository",
      (host: string) => ({ podman: { auths: { [`${host}/team/app`]: { auth } } } }),
    ],
    [
      "only Podman has, as Docker's file knows others",
      (host: string) => ({ docker: { auths: { "ghcr.io": { auth } } }, podman: { auths: { [host]: { auth } } } }),
    ],
  ])(`takes the login that %s${why}`, async (_, files) => {
    const host = await started();
    await roundTrip(host, "team/app", await homeWith(files(host)));
  });

  it.skipIf(absent !== null).each([
    ["credHelpers", (host: string) => ({ docker: { credHelpers: { [host]: "kept" } } })],
    ["credsStore", (host: string) => ({ docker: { auths: { [host]: {} }, credsStore: "kept" } })],
  ])(`takes the login of the helper that %s names${why}`, async (_, files) => {
    const host = await started();
    const home = await homeWith(files(host));
    await expect(roundTrip(host, "team/app", home)).rejects.toMatchObject({ code: "REMOTE_UNAUTHORIZED" });
    await keep(home, host, "pass");
    await roundTrip(host, "team/app", home);
  });

  it.skipIf(absent !== null)(`refuses the login of another registry${why}`, async () => {
    const host = await started();
    const home = await homeWith({ docker: { auths: { "localhost:1": { auth } } } });
    await expect(roundTrip(host, "team/app", home)).rejects.toMatchObject({
      code: "REMOTE_UNAUTHORIZED",
      hint: expect.stringContaining(`docker login ${host}`),
    });
  });
});

describe("an identity token", () => {
  it.each(["helper", "file"])("of the %s is exchanged for a registry's own", async (from) => {
    await using registry = await startRegistry({ auth: "token", login, identityToken });
    const entry = from === "file" ? { auth: Buffer.from("ann:").toString("base64"), identitytoken: identityToken } : {};
    const docker = { auths: { [registry.host]: entry }, ...(from === "helper" ? { credsStore: "kept" } : {}) };
    const home = await homeWith({ docker });
    if (from === "helper") await keep(home, registry.host, "token");
    await roundTrip(registry.host, "team/app", home);
  });
});
