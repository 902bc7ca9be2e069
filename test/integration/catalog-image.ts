import { randomBytes } from "node:crypto";
import { execute, hardpanJson } from "../support/cli.ts";
import { dockerProgram, type TestDocker } from "../support/docker.ts";

/**
 * Builds `reference` of the catalogue, for this machine's processor, into the engine, where it is not there yet; gives the
 * image's name there.
 */
export async function buildInto(docker: TestDocker, reference: string, catalog: string | null = null): Promise<string> {
  const key = `${docker.organisation} ${catalog} ${reference}`;
  const building = built.get(key) ?? build(docker, reference, catalog);
  built.set(key, building);
  return await building;
}

/** Images that are in an engine, or are on their way there; it keeps them until it is closed. */
const built = new Map<string, Promise<string>>();

async function build(docker: TestDocker, reference: string, catalog: string | null): Promise<string> {
  const image = docker.willRemove(`${docker.organisation}/${reference}`);
  const platform = `linux/${process.arch === "arm64" ? "arm64" : "amd64"}`;
  const from = catalog === null ? [] : ["--catalog", catalog];
  await hardpanJson(["build", reference, ...from, "--platform", platform, "--output", `local://${image}`]);
  return image;
}

/** All paths in `image`, as its layers give them together. */
export async function pathsIn(docker: TestDocker, image: string): Promise<readonly string[]> {
  const name = `hardpan-test-${randomBytes(6).toString("hex")}`;
  await docker.command("create", "--name", name, image, "nothing");
  try {
    return (await execute("sh", ["-c", `${dockerProgram} export ${name} | tar t`])).trimEnd().split("\n");
  } finally {
    await docker.command("rm", "--volumes", name);
  }
}

/** The address at which a port of a container that publishes it can be reached. */
export async function publishedAt(docker: TestDocker, container: string, port: number): Promise<string> {
  const [first = ""] = (await docker.command("port", container, String(port))).split("\n");
  return first.trim();
}
