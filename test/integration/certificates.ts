import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { execute } from "../support/cli.ts";

/** A certificate authority nobody knows, and a server certificate for 127.0.0.1 that it has signed; all in PEM. */
export interface TestCertificates {
  readonly authority: string;
  readonly certificate: string;
  readonly key: string;
}

const elliptic = ["ec", "-pkeyopt", "ec_paramgen_curve:P-256"];

/**
 * Makes the certificates in `folder` with openssl's own program; `newKey` is what its option of that name is given.
 * They are also left there, as authority.pem, server.pem and server.key.
 */
export async function makeCertificates(
  folder: string,
  newKey: readonly string[] = elliptic,
): Promise<TestCertificates> {
  const at = (name: string) => join(folder, name);
  const openssl = async (...args: readonly string[]) => await execute("openssl", args);
  const request = ["req", "-newkey", ...newKey, "-nodes"];
  await openssl(
    ...[...request, "-x509", "-days", "2", "-subj", "/CN=An authority of a test"],
    ...["-addext", "keyUsage=critical,keyCertSign", "-keyout", at("authority.key"), "-out", at("authority.pem")],
  );
  await openssl(...[...request, "-subj", "/CN=127.0.0.1", "-keyout", at("server.key"), "-out", at("server.csr")]);
  await writeFile(at("server.ext"), "subjectAltName=IP:127.0.0.1\nbasicConstraints=CA:FALSE\n");
  await openssl(
    ...["x509", "-req", "-in", at("server.csr"), "-CA", at("authority.pem"), "-CAkey", at("authority.key")],
    ...["-set_serial", "2", "-days", "2", "-extfile", at("server.ext"), "-out", at("server.pem")],
  );
  const [authority, certificate, key] = await Promise.all(
    ["authority.pem", "server.pem", "server.key"].map(async (name) => await readFile(at(name), "utf8")),
  );
  return { authority: authority ?? "", certificate: certificate ?? "", key: key ?? "" };
}
