import { randomBytes } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { execute } from "./cli.ts";
import { workingDocker } from "./program.ts";

/** A docker engine in which a test file leaves nothing behind: close it when all tests are done. */
export interface TestDocker extends AsyncDisposable {
  /** A namespace for image names that nobody else uses. */
  readonly organisation: string;
  /** Runs the client; gives its standard output. Throws with its standard error when it fails. */
  command(...args: readonly string[]): Promise<string>;
  /** Starts a container in the background; gives its name. */
  start(args: readonly string[]): Promise<string>;
  /** Waits until the container's log has a line that `fits`, and gives the line. */
  logged(container: string, fits: (line: string) => boolean): Promise<string>;
  /** The image is removed at the end. */
  willRemove(image: string): string;
}

/** The docker client that answers, for skipping; null without an engine. */
export const dockerProgram: string | null = workingDocker();

/** Opens the engine for one test file. */
export function openDocker(): TestDocker {
  const program = dockerProgram ?? "docker";
  const images = new Set<string>();
  const containers = new Set<string>();
  const command = async (...args: readonly string[]) => await execute(program, args);
  return {
    organisation: `hardpan-test-${randomBytes(4).toString("hex")}`,
    command,
    willRemove(image) {
      images.add(image);
      return image;
    },
    async start(args) {
      const name = `hardpan-test-${randomBytes(6).toString("hex")}`;
      containers.add(name);
      await command("run", "--detach", "--name", name, ...args);
      return name;
    },
    async logged(container, fits) {
      for (let attempt = 0; attempt < 150; attempt++) {
        const found = (await command("logs", container)).split("\n").find((line) => line !== "" && fits(line));
        if (found !== undefined) return found;
        await pause(200);
      }
      throw new Error(`the container did not say what was expected:\n${await command("logs", container)}`);
    },
    async [Symbol.asyncDispose]() {
      for (const name of containers) await command("rm", "--force", name).catch(() => "");
      for (const name of images) await command("image", "rm", "--force", name).catch(() => "");
    },
  };
}
