import { execFileSync } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { TestArchive } from "../support/debian-archive.ts";
import { temporaryFolder } from "../support/temporary.ts";

/**
 * apt-get with nothing of the host's: own folders, no recommended packages, and as sources `archive` and `lines`, whose keys
 * are looked for where they say.
 */
export async function aptFor(
  archive: TestArchive,
  lines: readonly string[] = [],
): Promise<(...args: readonly string[]) => string> {
  const root = await temporaryFolder();
  for (const folder of ["lists/partial", "archives/partial", "etc"])
    await mkdir(join(root, folder), { recursive: true });
  await writeFile(join(root, "status"), "");
  await writeFile(join(root, "keyring.gpg"), archive.keyring);
  const line = (base: string | undefined, suite: string) =>
    `deb [signed-by=${join(root, "keyring.gpg")}] ${base} ${suite} main\n`;
  const [main] = archive.mirrors.main;
  const [security] = archive.mirrors.security;
  const sources = line(main, "trixie") + line(main, "trixie-updates") + line(security, "trixie-security");
  await writeFile(join(root, "etc/sources.list"), sources + lines.map((added) => `${added}\n`).join(""));
  const settings = {
    "Dir::State": root,
    "Dir::State::status": join(root, "status"),
    "Dir::Cache": root,
    "Dir::Etc": join(root, "etc"),
    "APT::Architecture": "amd64",
    "APT::Sandbox::User": "root",
    "APT::Install-Recommends": "false",
    "APT::Get::AllowUnauthenticated": "false",
  };
  await writeFile(
    join(root, "apt.conf"),
    Object.entries(settings)
      .map(([key, value]) => `${key} "${value}";\n`)
      .join(""),
  );
  return (...args) =>
    execFileSync("apt-get", args, {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, APT_CONFIG: join(root, "apt.conf"), LC_ALL: "C" },
    });
}
