import { chmod, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fipsStatement } from "../../src/image/fips.ts";
import { root } from "../support/cli.ts";
import { dockerProgram, openDocker } from "../support/docker.ts";
import { has } from "../support/program.ts";
import { answered } from "./answered.ts";
import { buildInto, publishedAt } from "./catalog-image.ts";
import { makeCertificates } from "./certificates.ts";
import { long, missingNetwork, newFolder, removeFolder, thorough, titled } from "./shared.ts";
import { handshake, type Offer } from "./tls-client.ts";

const missing =
  (await missingNetwork()) ??
  (dockerProgram === null ? "needs a docker engine" : null) ??
  (has("openssl") ? null : "needs openssl");
const asUser = ["--user=65532", "--read-only", "--cap-drop=ALL", "--security-opt=no-new-privileges"];

const aes: Offer = ["-tls1_3", "-ciphersuites", "TLS_AES_256_GCM_SHA384", "-groups", "P-256"];
const chacha: Offer = ["-tls1_3", "-ciphersuites", "TLS_CHACHA20_POLY1305_SHA256"];
const olderAes: Offer = ["-tls1_2", "-cipher", "ECDHE-RSA-AES256-GCM-SHA384"];
const olderChacha: Offer = ["-tls1_2", "-cipher", "ECDHE-RSA-CHACHA20-POLY1305"];
const x25519: Offer = ["-tls1_3", "-groups", "X25519"];

describe.skipIf(missing !== null)(titled("servers in FIPS mode, and their twins that are not", missing), () => {
  const docker = openDocker();
  let folder = "";
  let place = "";

  beforeAll(async () => {
    folder = await newFolder();
    await chmod(folder, 0o755);
    place = join(folder, "tls");
    await mkdir(place);
    await makeCertificates(place, ["rsa:2048"]);
    await chmod(join(place, "server.key"), 0o644);
  }, 60_000);
  afterAll(async () => {
    await docker[Symbol.asyncDispose]();
    await removeFolder(folder);
  }, 60_000);

  const statement = async (image: string) =>
    fipsStatement(JSON.parse(await docker.command("inspect", "--format", "{{json .Config.Labels}}", image)));
  const answers = async (address: string, ...with_: readonly string[]) => ({
    aes: await answered(async () => await handshake(address, [...aes, ...with_])),
    chacha: await handshake(address, [...chacha, ...with_]),
    olderAes: await handshake(address, [...olderAes, ...with_]),
    olderChacha: await handshake(address, [...olderChacha, ...with_]),
  });
  const usual = {
    aes: "TLS_AES_256_GCM_SHA384",
    chacha: "TLS_CHACHA20_POLY1305_SHA256",
    olderAes: "ECDHE-RSA-AES256-GCM-SHA384",
    olderChacha: "ECDHE-RSA-CHACHA20-POLY1305",
  };
  const restricted = { ...usual, chacha: "refused", olderChacha: "refused" };
  const mode = /^FIPS mode on, module not validated \(OpenSSL FIPS Provider 3\./;

  it.each(["nginx", "postgres"])("%s's page says of FIPS mode what the image says of itself", async (name) => {
    const page = await readFile(join(root, "catalog", "image", name, "overview.md"), "utf8");
    expect(page).toContain("FIPS mode on, module not validated");
  });

  const nginx = async (tag: string) => {
    const image = await buildInto(docker, `nginx:${tag}`);
    const site = join(folder, "tls.conf");
    const keys = "ssl_certificate /tls/server.pem; ssl_certificate_key /tls/server.key;";
    await writeFile(site, `server { listen 8443 ssl; ${keys} location / { return 200 "ok"; } }\n`);
    const files = [`--volume=${place}:/tls:ro`, `--volume=${site}:/etc/nginx/conf.d/tls.conf:ro`];
    const container = await docker.start([...asUser, ...files, "--publish=127.0.0.1::8443", image]);
    return { image, address: await publishedAt(docker, container, 8443) };
  };

  it(
    "nginx:1.26-debian13 takes every cipher that OpenSSL has on",
    async () => {
      const { image, address } = await nginx("1.26-debian13");
      expect(await answers(address)).toEqual(usual);
      expect(await handshake(address, x25519)).toBe("TLS_AES_256_GCM_SHA384");
      expect(await statement(image)).toBeNull();
    },
    long,
  );

  it.each(["1.26-debian13-fips", "1.26-debian13-fips-dev"])(
    "nginx:%s takes AES with P-256, and refuses ChaCha20 and X25519",
    async (tag) => {
      const { image, address } = await nginx(tag);
      expect(await answers(address)).toEqual(restricted);
      expect(await handshake(address, x25519)).toBe("refused");
      expect(await statement(image)).toMatch(mode);
    },
    long,
  );

  const postgres = async (tag: string) => {
    const image = await buildInto(docker, `postgres:${tag}`);
    const initial = join(folder, "initial");
    await mkdir(initial, { recursive: true });
    await writeFile(join(initial, "tls.sh"), takeKey);
    const container = await docker.start([
      ...[`--volume=${place}:/tls:ro`, `--volume=${initial}:/docker-entrypoint-initdb.d:ro`],
      ...["--tmpfs=/var/lib/postgresql/17/data:uid=70,gid=70,mode=0700", "--env=POSTGRES_PASSWORD=secret"],
      ...["--publish=127.0.0.1::5432", image],
    ]);
    const query = async (sql: string, password = "secret") => {
      const address = "host=127.0.0.1 user=postgres sslmode=verify-full sslrootcert=/tls/authority.pem";
      const psql = ["psql", "--no-psqlrc", "--tuples-only", "--no-align", "--command", sql, address];
      return (await docker.command("exec", `--env=PGPASSWORD=${password}`, container, ...psql)).trim();
    };
    const address = await publishedAt(docker, container, 5432);
    return { image, query, handshakes: async () => await answers(address, "-starttls", "postgres") };
  };

  it(
    "postgres:17-debian13 takes every cipher that OpenSSL has on, and computes MD5",
    async () => {
      const { query, handshakes } = await postgres("17-debian13");
      expect(await answered(async () => await query("select md5('x')"))).toBe("9dd4e461268c8034f5c8564e155c67a6");
      expect(await handshakes()).toEqual(usual);
    },
    long,
  );

  it.each(["17-debian13-fips", ...(thorough ? ["17-debian13-fips-dev"] : [])])(
    "postgres:%s takes AES, checks passwords by SCRAM over TLS, and refuses ChaCha20 and MD5",
    async (tag) => {
      const { image, query, handshakes } = await postgres(tag);
      const connection = "select version, cipher from pg_stat_ssl where pid = pg_backend_pid()";
      expect(await answered(async () => await query(connection))).toBe("TLSv1.3|TLS_AES_256_GCM_SHA384");
      expect(await handshakes()).toEqual(restricted);
      expect(await query("select left(rolpassword, 14) from pg_authid where rolname = 'postgres'")).toBe(
        "SCRAM-SHA-256$",
      );
      await expect(query("select 1", "wrong")).rejects.toThrow(/password authentication failed/);
      await expect(query("set password_encryption = md5; create role old login password 'x'")).rejects.toThrow(
        /password encryption failed: unsupported/,
      );
      await expect(query("select md5('x')")).rejects.toThrow(/could not compute MD5 hash: unsupported/);
      await query("create extension pgcrypto");
      expect(await query("select encode(digest('x', 'sha256'), 'hex') = encode(sha256('x'), 'hex')")).toBe("t");
      await expect(query("select digest('x', 'md5')")).rejects.toThrow(/Cannot use "md5"/);
      expect(await statement(image)).toMatch(mode);
    },
    long,
  );

  it(
    "openssl's own program is in FIPS mode in a -fips-dev image, and apt works there",
    async () => {
      const image = await buildInto(docker, "nginx:1.26-debian13-fips-dev");
      const run = async (script: string) =>
        await docker.command("run", "--rm", "--entrypoint=sh", image, "-c", `exec 2>&1; ${script}`);
      const providers = (await run("openssl list -providers")).match(/^ {2}\w+$/gm);
      expect(providers).toEqual(["  base", "  fips"]);
      expect(await run("echo x | openssl md5 || true")).toMatch(/unsupported/);
      expect(await run("apt-get update --quiet=2 && apt-get install --yes --quiet=2 jq >/dev/null && jq -n 1")).toBe(
        "1\n",
      );
    },
    long,
  );
});

/** Gives the server the mounted key, as a file of its own that others cannot read; the shell has no `cp`. */
const takeKey = `umask 077
for name in server.pem server.key; do
  while IFS= read -r line; do printf '%s\\n' "$line"; done </tls/$name >"$PGDATA/$name"
done
psql --username="$POSTGRES_USER" --command="alter system set ssl = on" \\
  --command="alter system set ssl_cert_file = 'server.pem'" --command="alter system set ssl_key_file = 'server.key'"
`;
