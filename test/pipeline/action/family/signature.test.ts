import { generateKeyPairSync } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { actionScript } from "../../../../src/pipeline/action/script.ts";
import { has, run } from "../../../support/program.ts";
import { temporaryFolder } from "../../../support/temporary.ts";
import { contextIn, runAction } from "../run.ts";

describe.skipIf(!has("gpg"))("gpg/verify@v1 (needs gpg)", () => {
  /** A file signed by Ann; the keys of Ann and Bob. */
  async function signed() {
    const folder = await temporaryFolder();
    const home = join(folder, "gnupg");
    mkdirSync(home, { mode: 0o700 });
    mkdirSync(join(folder, "src"));
    const gpg = (...args: readonly string[]) =>
      run("gpg", ["--homedir", home, "--batch", "--quiet", "--passphrase", "", "--pinentry-mode", "loopback", ...args]);
    const file = (name: string) => join(folder, "src", name);
    for (const [name, user] of [
      ["ann", "Ann <ann@example.org>"],
      ["bob", "Bob <bob@example.org>"],
    ] as const) {
      gpg("--quick-generate-key", user, "ed25519", "sign", "never");
      gpg("--armor", "--output", file(`${name}.asc`), "--export", `${name}@example.org`);
    }
    gpg("--output", file("both.gpg"), "--export");
    writeFileSync(file("a.tar"), "content\n");
    gpg("--local-user", "ann@example.org", "--output", file("a.tar.sig"), "--detach-sign", file("a.tar"));
    run("gpgconf", ["--homedir", home, "--kill", "all"]);
    return { folder, file, gpg, stop: () => run("gpgconf", ["--homedir", home, "--kill", "all"]) };
  }
  const inputs = { file: "a.tar", signature: "a.tar.sig", keys: "ann.asc" };
  const verify = (folder: string, changed: object = {}) =>
    runAction(folder, "gpg/verify@v1", { inputs: { ...inputs, ...changed } });

  it("accepts a good signature by one of the keys, and leaves nothing behind", async () => {
    const { folder } = await signed();
    expect(verify(folder).code).toBe(0);
    expect(verify(folder, { keys: ["bob.asc", "ann.asc"] }).code).toBe(0);
    expect(verify(folder, { keys: "both.gpg", "key-filter": "ann@example.org" }).code).toBe(0);
    expect(run("ls", [join(folder, "home")])).toBe("");
    expect(run("ls", [folder])).not.toContain("tmp.");
  });

  it.each([
    ["another's key alone", { keys: "bob.asc" }, "no good signature"],
    [
      "a keyring with the key when the filter is for another",
      { keys: "both.gpg", "key-filter": "bob@example.org" },
      "no good",
    ],
    ["a filter that fits no key", { keys: "both.gpg", "key-filter": "carol@example.org" }, "No public key"],
    ["a key file that is missing", { keys: "none.asc" }, "none.asc"],
    ["a signature that is missing", { signature: "none.sig" }, "no good signature"],
    ["a file that is no signature", { signature: "a.tar" }, "no good signature"],
  ])("refuses %s", async (_what, changed, message) => {
    const { folder } = await signed();
    const ran = verify(folder, changed);
    expect(ran.code).not.toBe(0);
    expect(ran.output).toContain(message);
  });

  it("refuses content that was changed", async () => {
    const { folder, file } = await signed();
    writeFileSync(file("a.tar"), "contents\n");
    expect(verify(folder)).toMatchObject({ code: 1, output: expect.stringContaining("BAD signature") });
  });

  it("refuses the signature of a revoked key", async () => {
    const { folder, file, gpg, stop } = await signed();
    expect(verify(folder).code).toBe(0);
    const fingerprint = /^fpr:+([0-9A-F]+):/m.exec(gpg("--with-colons", "--list-keys", "ann@example.org"))?.[1] ?? "";
    const revocation = join(folder, "gnupg", "openpgp-revocs.d", `${fingerprint}.rev`);
    run("sh", ["-c", `sed 's/^:---/---/' '${revocation}' >'${revocation}.asc'`]);
    gpg("--import", `${revocation}.asc`);
    gpg("--yes", "--armor", "--output", file("ann.asc"), "--export", "ann@example.org");
    stop();
    expect(verify(folder)).toMatchObject({
      code: 1,
      output: expect.stringContaining("the key of a signature was revoked"),
    });
  });
});

describe("cosign/verify-blob@v1", () => {
  const inputs = {
    ...{ blob: "app.tar.xz", signature: "app.tar.xz.sigstore", "certificate-identity": "ann@example.org" },
    "certificate-oidc-issuer": "https://accounts.example.org",
  };

  it("asks cosign for the named identity and issuer, and reaches out unless offline", () => {
    const online = actionScript("cosign/verify-blob@v1", inputs, contextIn("/stage"));
    const offline = actionScript("cosign/verify-blob@v1", { ...inputs, offline: "true" }, contextIn("/stage"));
    expect(online).toMatchObject({ network: true, programs: ["cosign"] });
    expect(offline.network).toBe(false);
    expect(offline.script).toContain(
      "--certificate-identity ann@example.org --certificate-oidc-issuer https://accounts.example.org --offline=true -- app.tar.xz",
    );
  });

  it.skipIf(!has("cosign"))("refuses a bundle without certificate, with no server to ask (needs cosign)", async () => {
    const folder = await temporaryFolder();
    mkdirSync(join(folder, "src"));
    for (const name of ["app.tar.xz", "app.tar.xz.sigstore"]) writeFileSync(join(folder, "src", name), "{}");
    const [key, root] = [join(folder, "key.pem"), join(folder, "root.pem")];
    const { publicKey } = generateKeyPairSync("ec", { namedCurve: "prime256v1" });
    writeFileSync(key, publicKey.export({ type: "spki", format: "pem" }));
    const parts = [
      "-newkey",
      "ec",
      "-pkeyopt",
      "ec_paramgen_curve:prime256v1",
      "-nodes",
      "-keyout",
      join(folder, "ca"),
    ];
    run("openssl", ["req", "-x509", ...parts, "-subj", "/CN=root", "-out", root]);
    const environment = {
      SIGSTORE_ROOT_FILE: root,
      SIGSTORE_REKOR_PUBLIC_KEY: key,
      SIGSTORE_CT_LOG_PUBLIC_KEY_FILE: key,
    };
    const tried = runAction(folder, "cosign/verify-blob@v1", { inputs: { ...inputs, offline: "true" }, environment });
    expect(tried).toMatchObject({ code: 1, output: expect.stringContaining("bundle does not contain cert") });
  });
});
