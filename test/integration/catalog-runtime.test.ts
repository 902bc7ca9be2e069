import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hardpan, type Json, root } from "../support/cli.ts";
import { dockerProgram, openDocker } from "../support/docker.ts";
import { buildInto, pathsIn } from "./catalog-image.ts";
import { long, missingNetwork, newFolder, removeFolder, thorough, titled } from "./shared.ts";

const missing = (await missingNetwork()) ?? (dockerProgram === null ? "needs a docker engine" : null);

interface Expected {
  readonly user: string;
  /** Names by which a shell can be called. */
  readonly shells: readonly string[];
}

const nobody: Expected = { user: "65532", shells: [] };
const node: Expected = { user: "1000", shells: [] };

const images: readonly (readonly [string, Expected])[] = [
  ["static:trixie-debian13", nobody],
  ["static:bookworm-debian12", nobody],
  ["static:trixie-glibc-debian13", nobody],
  ["static:bookworm-glibc-debian12", nobody],
  ["debian-base:trixie-debian13", { ...nobody, shells: ["bash", "rbash", "sh"] }],
  ["debian-base:bookworm-debian12", { ...nobody, shells: ["bash", "rbash", "sh"] }],
  ["busybox:1-debian13", { ...nobody, shells: ["ash", "busybox", "sh"] }],
  ["node:22-debian13", node],
  ["node:26-debian13", node],
  ...(thorough ? [["node:22-debian13-fips", node] as const, ["node:26-debian13-fips", node] as const] : []),
  ["node:22-debian12", node],
  ["node:24-debian12", node],
  ["node:24-debian13-fips", node],
  ["python:3.13-debian13", nobody],
  ["python:3.13-debian13-fips", nobody],
  ["python:3.11-debian12", nobody],
  ["nginx:1.26-debian13", nobody],
  ["nginx:1.26-debian13-fips", nobody],
  ["nginx:1.26-debian13-compat", { ...nobody, shells: ["bash", "rbash", "sh"] }],
  ["postgres:17-debian13", { user: "70", shells: ["dash", "sh"] }],
  ["postgres:17-debian13-fips", { user: "70", shells: ["dash", "sh"] }],
  ["postgres:17-debian13-compat", { user: "70", shells: ["bash", "dash", "rbash", "sh"] }],
];

const program = /^usr\/(?:local\/)?s?bin\/([^/]+)$/;
const shell = /^(?:a|ba|da|rba|c|tc|k|z|fi)?sh$|^busybox$/;
const installer = /^(?:apt|apt-get|aptitude|apk|dpkg|dpkg-deb|rpm|dnf|yum|pip[\d.]*|npm|npx|yarn|corepack)$/;

describe.skipIf(missing !== null)(titled("the runtime images of the catalogue in a real Docker", missing), () => {
  const docker = openDocker();
  afterAll(async () => await docker[Symbol.asyncDispose](), 60_000);

  it.each(images)(
    "%s runs as an ordinary user, installs nothing, has no shell but those it needs, and passes its checks",
    async (reference, expected) => {
      const image = await buildInto(docker, reference);
      const config: Json = JSON.parse(await docker.command("inspect", "--format", "{{json .Config}}", image));
      const programs = (await pathsIn(docker, image)).flatMap((path) => program.exec(path)?.[1] ?? []);
      expect(config.User).toBe(expected.user);
      expect(programs.filter((name) => shell.test(name)).sort()).toEqual(expected.shells);
      expect(programs.filter((name) => installer.test(name))).toEqual([]);
      const [name = ""] = reference.split(":");
      const spec = join(root, "catalog", "image", name, "check.yaml");
      const hardened = ["--read-only", "--cap-drop", "ALL", "--engine", "docker"];
      const checked = await hardpan(["check", `local://${image}`, "--spec", spec, ...hardened, "--quiet"]);
      expect(checked).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/^(?:ok|skip) /) });
    },
    long,
  );
});

describe.skipIf(missing !== null)(titled("programs copied into the static images", missing), () => {
  const docker = openDocker();
  let folder = "";
  let linked: { readonly statically: string; readonly dynamically: string };

  beforeAll(async () => {
    folder = await newFolder();
    const statically = await buildInto(docker, "linked:1", await catalogOfStaticBusybox(folder));
    linked = { statically, dynamically: await buildInto(docker, "busybox:1-debian13") };
  }, long);
  afterAll(async () => {
    await docker[Symbol.asyncDispose]();
    await removeFolder(folder);
  }, 60_000);

  const withBusybox = async (base: string, from: string) => {
    const image = docker.willRemove(`${base}-with-${from.slice(from.lastIndexOf("/") + 1).replace(":", "-")}`);
    const dockerfile = join(folder, "Dockerfile");
    await writeFile(
      dockerfile,
      `FROM ${base}\nCOPY --from=${from} /usr/bin/busybox /busybox\nENTRYPOINT ["/busybox"]\n`,
    );
    await docker.command("build", "--file", dockerfile, "--tag", image, folder);
    return async (...args: readonly string[]) =>
      (await docker.command("run", "--rm", "--env=TZ=Asia/Tokyo", image, ...args)).trim();
  };

  it.each(["static:trixie-debian13", "static:bookworm-debian12"])(
    "run in %s, as nonroot, when they are linked statically",
    async (reference) => {
      const base = await buildInto(docker, reference);
      const busybox = await withBusybox(base, linked.statically);
      expect(await busybox("id", "-u")).toBe("65532");
      expect(await busybox("date", "-d", "@0", "+%H:%M")).toBe("09:00");
      expect(await busybox("grep", "-c", "BEGIN CERTIFICATE", "/etc/ssl/certs/ca-certificates.crt")).toMatch(/^1\d\d$/);
      await expect((await withBusybox(base, linked.dynamically))("true")).rejects.toThrow(/no such file or directory/);
    },
    long,
  );

  it(
    "run in static's flavor glibc when they need the C library",
    async () => {
      const busybox = await withBusybox(await buildInto(docker, "static:trixie-glibc-debian13"), linked.dynamically);
      expect(await busybox("whoami")).toBe("nonroot");
      expect(await busybox("date", "-d", "@0", "+%H:%M")).toBe("09:00");
    },
    long,
  );
});

/** A catalogue below `folder` whose one image holds Debian's statically linked BusyBox and nothing else. */
async function catalogOfStaticBusybox(folder: string): Promise<string> {
  const place = join(folder, "catalog", "image", "linked", "debian-13");
  await mkdir(place, { recursive: true });
  const lines = [
    "# syntax=hardpan/build:1-debian13",
    "image: hardpan/linked",
    "tags: ['1']",
    "contents:",
    "  packages: [busybox-static]",
    "accounts: { run-as: '65532' }",
  ];
  await writeFile(join(place, "1.yaml"), `${lines.join("\n")}\n`);
  return join(folder, "catalog");
}
