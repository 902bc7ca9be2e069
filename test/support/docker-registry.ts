import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

/** CNCF distribution's registry, as Debian packages it: a real one, of the time before the referrers API. */
export interface DockerRegistry extends AsyncDisposable {
  /** `127.0.0.1:port` */
  readonly host: string;
}

/**
 * Starts `docker-registry` on a free port of 127.0.0.1 with a folder of its own. With `htpasswd`, lines of a name and a
 * bcrypt hash, it wants a Basic login.
 */
export async function startDockerRegistry(options: { readonly htpasswd?: string } = {}): Promise<DockerRegistry> {
  const folder = await mkdtemp(join(tmpdir(), "hardpan-registry-"));
  const host = `127.0.0.1:${await freePort()}`;
  const config = {
    version: 0.1,
    log: { level: "error", accesslog: { disabled: true } },
    storage: { filesystem: { rootdirectory: join(folder, "data") } },
    http: { addr: host, secret: "for tests" },
    ...(options.htpasswd === undefined
      ? {}
      : { auth: { htpasswd: { realm: "test", path: join(folder, "htpasswd") } } }),
  };
  await writeFile(join(folder, "htpasswd"), options.htpasswd ?? "");
  await writeFile(join(folder, "config.yml"), JSON.stringify(config));
  const registry = spawn("docker-registry", ["serve", join(folder, "config.yml")], { stdio: "ignore" });
  const ended = once(registry, "exit");
  for (let attempt = 0; ; attempt++) {
    const answer = await fetch(`http://${host}/v2/`).catch(() => null);
    if (answer?.status === 200 || answer?.status === 401) break;
    if (attempt >= 200) throw new Error("docker-registry does not answer");
    await pause(50);
  }
  return {
    host,
    async [Symbol.asyncDispose]() {
      registry.kill();
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise<void>((resolve) => server.close(() => resolve()));
  return typeof address === "object" && address !== null ? address.port : 0;
}
