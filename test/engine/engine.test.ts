import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { copy } from "../../src/content/copy.ts";
import { createMemoryStore } from "../../src/content/memory.ts";
import { findEngine } from "../../src/engine/engine.ts";
import { type Exec, type ExecResult, execProgram } from "../../src/engine/exec.ts";
import { inspectImage, loadImage, newestImage, saveImage } from "../../src/engine/image.ts";
import { runContainer } from "../../src/engine/run.ts";
import type { Target } from "../../src/oci/graph.ts";
import { readImage } from "../../src/oci/image.ts";
import { run, workingDocker } from "../support/program.ts";
import { tinyStore } from "../support/tiny-image.ts";
import { printingProgram, waitingProgram } from "../support/tiny-program.ts";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "hardpan-engine-"));
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

const ended: ExecResult = { exitCode: 0, stdout: "", stderr: "", startError: null, timedOut: false };

/** An engine program that answers as told. */
function pretend(answers: (command: string, args: readonly string[]) => Partial<ExecResult>): Exec {
  return async (command, args) => ({ ...ended, ...answers(command, args) });
}

describe("finding an engine", () => {
  it("takes Docker where it answers, else Podman", async () => {
    const both = pretend((command) => ({ stdout: command === "docker" ? "20.10.24\n" : "4.3.1\n" }));
    expect(await findEngine(both)).toMatchObject({ kind: "docker", version: "20.10.24" });
    const noDaemon = pretend((command) =>
      command === "docker" ? { exitCode: 1, stderr: "Cannot connect to the Docker daemon" } : { stdout: "4.3.1\n" },
    );
    expect(await findEngine(noDaemon)).toMatchObject({ kind: "podman", version: "4.3.1" });
  });

  it("says what each of them said when none answers", async () => {
    const exec: Exec = async (command, args, options) => {
      const program = command === "docker" ? "sh" : "a-program-that-is-not-installed";
      return await execProgram(
        program,
        command === "docker" ? ["-c", "echo 'no\u001b daemon' >&2; exit 1"] : args,
        options,
      );
    };
    await expect(findEngine(exec)).rejects.toMatchObject({
      code: "ENGINE_ABSENT",
      message: "there is no working container engine (docker: no daemon; podman: not installed)",
      hint: expect.stringContaining("archive://"),
    });
  });
});

describe("an engine's answers", () => {
  const engine = (exec: Exec) => ({ kind: "docker", command: "docker", version: "1", exec }) as const;

  it("are read as Podman gives them too", async () => {
    const image = { Id: "ab", Os: "linux", Architecture: "arm64", Variant: "v8", RepoTags: null, RepoDigests: [] };
    const Config = { Labels: { a: "b" }, StopSignal: "SIGQUIT" };
    const exec = pretend(() => ({ stdout: JSON.stringify([{ ...image, Config }]) }));
    expect(await inspectImage(engine(exec), "node")).toEqual({
      id: "sha256:ab",
      platform: { os: "linux", architecture: "arm64" },
      names: [],
      digests: [],
      created: null,
      labels: { a: "b" },
      stopSignal: "SIGQUIT",
    });
    const plain = pretend(() => ({ stdout: JSON.stringify([{ ...image, Config: { Labels: null } }]) }));
    expect(await inspectImage(engine(plain), "node")).toMatchObject({ labels: {}, stopSignal: null });
  });

  it("say which image was built last, whatever the order they come in", async () => {
    const ids = ["a", "b", "c", "d"].map((letter) => `sha256:${letter.repeat(64)}`);
    const created = ["2024-05-01T00:00:00Z", "2024-05-01T12:00:00.5+14:00", "", "0001-01-01T00:00:00Z"];
    const images = ids.map((Id, at) => ({
      Id,
      Os: "linux",
      Architecture: "amd64",
      Created: created[at],
      RepoTags: [],
    }));
    const asked: (readonly string[])[] = [];
    const exec = pretend((_, args) => {
      asked.push(args);
      return { stdout: args[1] === "ls" ? `${[...ids, ids[0]].join("\n")}\n` : JSON.stringify(images) };
    });
    expect(await newestImage(engine(exec))).toMatchObject({ id: ids[0], created: created[0] });
    expect(asked[1]).toEqual(["image", "inspect", ...ids]);
    expect(await newestImage(engine(pretend(() => ({ stdout: "\n" }))))).toBeNull();
  });

  it.each([
    ["Loaded image: a/b:1\nLoaded image: localhost/c:2\n", ["a/b:1", "localhost/c:2"]],
    ["Loaded image(s): a/b:1,c:2\n", ["a/b:1", "c:2"]],
    ["Loaded image ID: sha256:ab\n", ["sha256:ab"]],
  ])("to a load, %j, give the names", async (stdout, names) => {
    const { store } = await tinyStore();
    const exec = pretend(() => ({ stdout }));
    const fill = async (target: Target) => await copy(store, target, { reference: "latest" });
    expect(await loadImage(engine(exec), fill, { temporaryDirectory: folder })).toEqual(names);
  });

  it("that are failures carry the end of what it complained, and a hint", async () => {
    const { store } = await tinyStore();
    const exec = pretend(() => ({ exitCode: 1, stderr: "one\ntwo\nno space left on device\n" }));
    const loaded = loadImage(engine(exec), async (target) => await copy(store, target, { reference: "latest" }), {
      temporaryDirectory: folder,
    });
    await expect(loaded).rejects.toMatchObject({
      code: "ENGINE_FAILED",
      message: "docker load failed (1): one two no space left on device",
      hint: expect.stringContaining("prune"),
    });
    expect(await readdir(folder)).toEqual([]);
  });

  it("are not asked for when the image could not be made", async () => {
    const exec = pretend(() => {
      throw new Error("was started");
    });
    const loaded = loadImage(engine(exec), async () => Promise.reject(new Error("no image")), {
      temporaryDirectory: folder,
    });
    await expect(loaded).rejects.toThrow("no image");
    expect(await readdir(folder)).toEqual([]);
  });

  it("cannot be had for a name that would be read as an option", async () => {
    const exec = pretend(() => ({}));
    await expect(inspectImage(engine(exec), "--help")).rejects.toMatchObject({ code: "ENGINE_IMAGE_ABSENT" });
  });
});

const docker = workingDocker();

describe.skipIf(docker === null)("a real Docker (needs a docker engine)", () => {
  const name = "hardpan-test/engine:1.0";
  const command = docker ?? "";
  const engine = async () => await findEngine(execProgram, { candidates: [{ kind: "docker", command }] });
  const load = async (program?: Uint8Array) => {
    const layers = [program === undefined ? { readme: "" } : { program }];
    const { store } = await tinyStore({ layers, container: { cmd: ["/program"], labels: { made: "by a test" } } });
    const fill = async (target: Target) => await copy(store, target, { reference: "latest", targetReferences: [name] });
    return await loadImage(await engine(), fill, { temporaryDirectory: folder });
  };
  afterEach(async () => {
    await execProgram(command, ["image", "rm", "--force", name]);
  });

  it("loads an image, shows it and gives it back", async () => {
    expect(await load()).toEqual([name]);
    const image = await inspectImage(await engine(), name);
    expect(image).toMatchObject({ names: [name], platform: { os: "linux", architecture: "amd64" } });
    {
      await using saved = await saveImage(await engine(), name, { temporaryDirectory: folder });
      const read = await readImage(saved, { reference: name });
      expect(read.config.container.labels).toEqual({ made: "by a test" });
      expect(read.manifest.config.digest).toBe(image?.id);
      await copy(saved, createMemoryStore(), { reference: name });
      expect(await readdir(folder)).toHaveLength(1);
    }
    expect(await readdir(folder)).toEqual([]);
  });

  it("says so when it has no such image", async () => {
    const saved = saveImage(await engine(), "hardpan-test/absent:1.0", { temporaryDirectory: folder });
    await expect(saved).rejects.toMatchObject({
      code: "ENGINE_IMAGE_ABSENT",
      hint: expect.stringContaining("registry://"),
    });
    expect(await inspectImage(await engine(), "hardpan-test/absent:1.0")).toBeNull();
  });

  it("says so when it cannot run a container", async () => {
    await load();
    const result = await runContainer(await engine(), { image: name, options: ["--network=none"] });
    expect(result.exitCode).toBe(127);
    expect(result.stderr).toContain("/program");
    const refused = runContainer(await engine(), { image: "hardpan-test/absent:1.0" });
    await expect(refused).rejects.toMatchObject({ code: "ENGINE_FAILED" });
  });

  it.skipIf(process.arch !== "x64")("runs a container and gives what it prints (needs amd64)", async () => {
    await load(printingProgram("hello\n", 3));
    const result = await runContainer(await engine(), { image: name, options: ["--network=none"] });
    expect(result).toEqual({ exitCode: 3, stdout: "hello\n", stderr: "" });
  });

  it.skipIf(process.arch !== "x64")(
    "ends a container that takes too long or is no longer wanted (needs amd64)",
    async () => {
      await load(waitingProgram());
      const containers = () => run(command, ["ps", "--quiet", "--filter", `ancestor=${name}`]);
      expect(await runContainer(await engine(), { image: name, timeout: 1500 })).toMatchObject({ exitCode: null });
      expect(containers()).toBe("");
      const stop = new AbortController();
      setTimeout(() => stop.abort(new Error("stopped by the user")), 1500);
      const stopped = runContainer(await engine(), { image: name, signal: stop.signal });
      await expect(stopped).rejects.toThrow("stopped by the user");
      expect(containers()).toBe("");
    },
  );
});
