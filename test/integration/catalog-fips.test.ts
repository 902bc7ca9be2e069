import { once } from "node:events";
import { createServer, type Server } from "node:https";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { dockerProgram, openDocker } from "../support/docker.ts";
import { has } from "../support/program.ts";
import { buildInto } from "./catalog-image.ts";
import { makeCertificates } from "./certificates.ts";
import { long, missingNetwork, newFolder, removeFolder, thorough, titled } from "./shared.ts";

const missing = (await missingNetwork()) ?? (dockerProgram === null ? "needs a docker engine" : null);
const noOpenssl = has("openssl") ? null : "needs openssl";

const isolated = ["--rm", "--network=none", "--read-only", "--cap-drop=ALL"];
const emptySha256 = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

describe.skipIf(missing !== null)(titled("runtimes in FIPS mode, and their twins that are not", missing), () => {
  const docker = openDocker();
  afterAll(async () => await docker[Symbol.asyncDispose](), 60_000);

  const hashesInNode = async (image: string, options: readonly string[] = []) =>
    JSON.parse(await docker.command("run", ...isolated, ...options, image, "node", "-e", nodeProbe));
  const inPython = async (image: string, script: string, options: readonly string[] = isolated) =>
    JSON.parse(await docker.command("run", ...options, image, "python3", "-c", `import json\n${script}`));

  it.each(["24", ...(thorough ? ["22", "26"] : [])])(
    "node:%s-debian13-fips refuses what is not approved, with OPENSSL_CONF and without, as root and without rights",
    async (version) => {
      const image = await buildInto(docker, `node:${version}-debian13-fips`);
      const refusing = { fips: 1, md5: "ERR_OSSL_EVP_UNSUPPORTED", sha256: emptySha256 };
      expect(await hashesInNode(image)).toEqual({ withConfiguration: refusing, without: refusing });
      expect(await hashesInNode(image, ["--user=0"])).toEqual({ withConfiguration: refusing, without: refusing });
      const twin = await buildInto(docker, `node:${version}-debian13`);
      const usual = { fips: 0, md5: "works", sha256: emptySha256 };
      expect(await hashesInNode(twin)).toEqual({ withConfiguration: usual, without: usual });
    },
    long,
  );

  it(
    "node:24-debian13-fips makes keys and ciphers of approved kinds only",
    async () => {
      const script = `const { createCipheriv, generateKeyPairSync } = require("crypto");
        const tried = (make) => { try { make(); return true; } catch { return false; } };
        console.log(JSON.stringify([
          tried(() => createCipheriv("aes-256-gcm", Buffer.alloc(32), Buffer.alloc(12))),
          tried(() => generateKeyPairSync("ec", { namedCurve: "P-256" })),
          tried(() => createCipheriv("chacha20-poly1305", Buffer.alloc(32), Buffer.alloc(12), { authTagLength: 16 })),
          tried(() => generateKeyPairSync("x25519")),
        ]));`;
      const run = async (reference: string) =>
        JSON.parse(await docker.command("run", ...isolated, await buildInto(docker, reference), "node", "-e", script));
      expect(await run("node:24-debian13-fips")).toEqual([true, true, false, false]);
      expect(await run("node:24-debian13")).toEqual([true, true, true, true]);
    },
    long,
  );

  it(
    "python:3.13-debian13-fips refuses MD5 of OpenSSL, and has the built-in modules that its overview names",
    async () => {
      const image = await buildInto(docker, "python:3.13-debian13-fips");
      const twin = await buildInto(docker, "python:3.13-debian13");
      expect(await inPython(image, pythonProbe)).toMatchObject({ md5: "refused", sha256: emptySha256 });
      expect(await inPython(image, pythonProbe, [...isolated, "--user=0"])).toMatchObject({ md5: "refused" });
      expect(await inPython(twin, pythonProbe)).toMatchObject({ md5: "works", sha256: emptySha256 });
      // Debian compiles these in: where this changes, they can be left out, and the overview has to say so.
      expect(await inPython(image, pythonProbe)).toMatchObject({
        builtin: ["_blake2", "_md5", "_sha1", "_sha2", "_sha3"],
        outside: ["blake2b", "blake2s", "md5"],
      });
    },
    long,
  );

  it(
    "python:3.13-debian13-fips stays in FIPS mode when OPENSSL_CONF is unset",
    async () => {
      const image = await buildInto(docker, "python:3.13-debian13-fips");
      const script = `import os, subprocess, sys
env = {name: value for name, value in os.environ.items() if name != "OPENSSL_CONF"}
code = "import _hashlib; print(_hashlib.get_fips_mode()); _hashlib.openssl_md5()"
done = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True)
print(json.dumps([done.stdout, "UnsupportedDigestmodError" in done.stderr]))`;
      expect(await inPython(image, script)).toEqual(["1\n", true]);
    },
    long,
  );

  describe.skipIf(noOpenssl !== null)(titled("and a TLS server that prefers ChaCha20", noOpenssl), () => {
    let folder = "";
    let server: Server;
    let port = 0;

    beforeAll(async () => {
      folder = await newFolder();
      const { certificate: cert, key } = await makeCertificates(folder);
      const ciphers = "TLS_CHACHA20_POLY1305_SHA256:TLS_AES_128_GCM_SHA256";
      server = createServer({ cert, key, ciphers, honorCipherOrder: true }, (_, response) => response.end("served"));
      await once(server.listen(0, "127.0.0.1"), "listening");
      const bound = server.address();
      port = typeof bound === "object" ? (bound?.port ?? 0) : 0;
    });
    afterAll(async () => {
      server?.close();
      await removeFolder(folder);
    });

    it(
      "python:3.13-debian13-fips offers AES alone and gets it, where its twin gets ChaCha20",
      async () => {
        const script = `import socket, ssl
context = ssl._create_unverified_context()
with context.wrap_socket(socket.create_connection(("127.0.0.1", ${port}))) as connection:
    print(json.dumps({"offered": [item["name"] for item in context.get_ciphers()], "taken": connection.cipher()[0]}))`;
        const ask = async (reference: string) =>
          await inPython(await buildInto(docker, reference), script, ["--rm", "--network=host"]);
        const { offered, taken } = await ask("python:3.13-debian13-fips");
        expect(offered.length).toBeGreaterThan(5);
        expect(offered.filter((name: string) => !/AES_?-?(?:128|256)/.test(name))).toEqual([]);
        expect(taken).toBe("TLS_AES_128_GCM_SHA256");
        expect(await ask("python:3.13-debian13")).toMatchObject({
          offered: expect.arrayContaining(["TLS_CHACHA20_POLY1305_SHA256"]),
          taken: "TLS_CHACHA20_POLY1305_SHA256",
        });
      },
      long,
    );

    it(
      "node:24-debian13-fips gets AES, where its twin gets ChaCha20",
      async () => {
        const script = `const socket = require("tls").connect({ host: "127.0.0.1", port: ${port}, rejectUnauthorized: false },
          () => { console.log(socket.getCipher().standardName); socket.destroy(); });`;
        const ask = async (reference: string) => {
          const image = await buildInto(docker, reference);
          return (await docker.command("run", "--rm", "--network=host", image, "node", "-e", script)).trim();
        };
        expect(await ask("node:24-debian13-fips")).toBe("TLS_AES_128_GCM_SHA256");
        expect(await ask("node:24-debian13")).toBe("TLS_CHACHA20_POLY1305_SHA256");
      },
      long,
    );
  });

  it.each([
    "python:3.13-debian13-fips-dev",
    "node:24-debian13-fips-dev",
    ...(thorough ? ["node:22-debian13-fips-dev", "node:26-debian13-fips-dev"] : []),
  ])(
    "%s has the configuration of the module that OpenSSL's own fipsinstall makes, and openssl and apt work with it",
    async (reference) => {
      const image = await buildInto(docker, reference);
      const shell = async (script: string) => await docker.command("run", "--rm", image, "sh", "-c", script);
      const module = 'module=$(find /usr/lib -path "*/ossl-modules/fips.so")';
      const theirs = await shell(
        `${module}; openssl fipsinstall -module "$module" -out /tmp/made 2>/dev/null; cat /tmp/made`,
      );
      const ours = await shell("cat /etc/ssl/fipsmodule.cnf");
      const isPlace = (line: string) => line.startsWith("module = ");
      expect(linesOf(ours).filter((line) => !isPlace(line))).toEqual(linesOf(theirs));
      expect(linesOf(theirs).some((line) => /^module-mac = (?:[0-9A-F]{2}:){31}[0-9A-F]{2}$/.test(line))).toBe(true);
      const digests = "for name in md5 sha256; do echo a | openssl $name >/dev/null 2>&1; echo $?; done";
      expect(await shell(digests)).toBe("1\n0\n");
      expect(await shell(`unset OPENSSL_CONF; ${digests}`)).toBe("1\n0\n");
      expect(await shell("exec 2>&1; dpkg --audit && apt-get check --quiet=2 && dpkg --verify")).toBe("");
      const install = "apt-get update --quiet=2 && apt-get install --yes --quiet=2 less >/dev/null 2>&1";
      expect(await shell(`${install}; less --version | head -n 1`)).toMatch(/^less \d+/);
    },
    long,
  );
});

function linesOf(text: string): readonly string[] {
  return text
    .split("\n")
    .filter((line) => line !== "")
    .sort();
}

/** What Node's own OpenSSL does, in a process as the image starts it and in one without OPENSSL_CONF. */
const nodeProbe = `const { execFileSync } = require("child_process");
  const probe = \`const { createHash, getFips } = require("crypto");
    let md5 = "works";
    try { createHash("md5").update("").digest(); } catch (error) { md5 = error.code; }
    const sha256 = createHash("sha256").update("").digest("hex");
    console.log(JSON.stringify({ fips: getFips(), md5, sha256 }));\`;
  const run = (env) => JSON.parse(execFileSync(process.execPath, ["-e", probe], { env }));
  const { OPENSSL_CONF, ...without } = process.env;
  console.log(JSON.stringify({ withConfiguration: run(process.env), without: run(without) }));`;

/** What hashlib takes from OpenSSL, what it takes from elsewhere, and which modules the interpreter has for that. */
const pythonProbe = `import _hashlib, hashlib, sys
try:
    _hashlib.openssl_md5(b"")
    md5 = "works"
except ValueError:
    md5 = "refused"
builtin = sorted(name for name in sys.builtin_module_names if name in ("_blake2", "_md5", "_sha1", "_sha2", "_sha3"))
outside = sorted(name for name in ("blake2b", "blake2s", "md5", "sha1", "sha256", "sha512", "sha3_256")
                 if not type(getattr(hashlib, name)(b"")).__module__ == "_hashlib")
print(json.dumps({"md5": md5, "sha256": hashlib.sha256(b"").hexdigest(), "builtin": builtin, "outside": outside}))`;
