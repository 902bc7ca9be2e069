import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { tarEnd, tarHeader, tarPadding } from "../../archive/tar-write.ts";
import { copyIntoContainer, createContainer } from "../../engine/container.ts";
import { labelOptions } from "../../engine/labelled.ts";
import type { ContainerSettings, SpecFile } from "../spec/model.ts";
import type { Belongings } from "./belongings.ts";
import type { CheckOptions, CheckPorts } from "./world.ts";

/** A container of a check: an image, how it starts, and what it is given besides. */
export interface CheckContainer {
  readonly image: string;
  readonly settings: ContainerSettings;
  /** Volumes by the path at which they are. */
  readonly volumes: Readonly<Record<string, string>>;
  /** Whether something is piped into it. */
  readonly interactive?: boolean;
  /** TCP ports that this machine reaches. */
  readonly ports?: readonly number[];
  /** The name it has in the network. */
  readonly alias?: string;
  /** Names and addresses of others. */
  readonly hosts?: Readonly<Record<string, string>>;
  /** Tells it to end, in place of the image's own. */
  readonly stopSignal?: string;
  /** null for a container that is not restricted: a helper of another image. */
  readonly restricted: (CheckOptions & { readonly tmpfs: readonly string[] }) | null;
}

/** Creates the container `name`, with its files in it. What is returned is closed when it has been removed. */
export async function makeContainer(
  name: string,
  container: CheckContainer,
  { belongings, ports }: { readonly belongings: Belongings; readonly ports: CheckPorts },
): Promise<AsyncDisposable> {
  const { settings, restricted } = container;
  const isReadOnly = restricted?.readOnly === true;
  const bound = await bind(isReadOnly ? settings.files : [], ports.temporaryDirectory);
  try {
    const network = settings.network === "none" ? "none" : await belongings.network();
    await createContainer(ports.engine, {
      name,
      image: container.image,
      command: [...(settings.entrypoint ?? []).slice(1), ...(settings.command ?? [])],
      options: [
        ...labelOptions(belongings.labels),
        ...networkOptions(container, network),
        ...settingOptions(settings),
        ...Object.entries(container.volumes).map(([path, volume]) => `--volume=${volume}:${path}`),
        ...(container.interactive === true ? ["--interactive"] : []),
        ...(container.stopSignal === undefined ? [] : [`--stop-signal=${container.stopSignal}`]),
        ...(restricted === null ? [] : restrictionOptions(restricted, ports.engine.kind)),
        ...bound.options,
        ...logOptions[ports.engine.kind],
      ],
    });
    if (!isReadOnly && settings.files.length > 0) {
      await copyIntoContainer(ports.engine, name, archiveOf(settings.files));
    }
    return bound;
  } catch (cause) {
    await bound[Symbol.asyncDispose]();
    throw cause;
  }
}

function networkOptions({ alias, ports = [], hosts = {} }: CheckContainer, network: string): readonly string[] {
  return [
    `--network=${network}`,
    ...(alias === undefined || network === "none" ? [] : [`--network-alias=${alias}`]),
    ...ports.map((port) => `--publish=127.0.0.1::${port}/tcp`),
    ...Object.entries(hosts).map(([host, address]) => `--add-host=${host}:${address}`),
  ];
}

function settingOptions({ entrypoint, user, workDir, environment }: ContainerSettings): readonly string[] {
  return [
    ...(entrypoint === null ? [] : [`--entrypoint=${entrypoint[0] ?? ""}`]),
    ...(user === null ? [] : [`--user=${user}`]),
    ...(workDir === null ? [] : [`--workdir=${workDir}`]),
    ...environmentOptions(environment),
  ];
}

/** Options that give variables. */
export function environmentOptions(environment: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(environment).map(([name, value]) => `--env=${name}=${value}`);
}

/** Logs are read back, which not every driver can; they must not fill the disk. */
const logOptions = {
  docker: ["--log-driver=json-file", "--log-opt=max-size=16m"],
  podman: ["--log-driver=k8s-file", "--log-opt=max-size=16mb"],
} as const;

/** Podman would give it a writable /tmp, /run and /var/tmp. */
const readOnlyOptions = { docker: ["--read-only"], podman: ["--read-only", "--read-only-tmpfs=false"] } as const;

function restrictionOptions(
  { readOnly, capDrop, tmpfs }: CheckOptions & { readonly tmpfs: readonly string[] },
  kind: "docker" | "podman",
): readonly string[] {
  return [
    ...(readOnly
      ? [...readOnlyOptions[kind], ...tmpfs.map((entry) => `--tmpfs=${kind === "docker" ? entry : forPodman(entry)}`)]
      : []),
    ...capDrop.map((capability) => `--cap-drop=${capability}`),
    ...(capDrop.includes("ALL") ? ["--security-opt=no-new-privileges"] : []),
  ];
}

/** Podman cannot give a tmpfs to a user by number, but to the one that the container runs as. */
function forPodman(entry: string): string {
  const [path = "", options = ""] = entry.split(":");
  const words = options.split(",").filter((option) => option !== "");
  const kept = words.filter((option) => !/^[ug]id=/.test(option));
  const all = kept.length === words.length ? kept : [...kept, "U"];
  return all.length === 0 ? path : `${path}:${all.join(",")}`;
}

function archiveOf(files: readonly SpecFile[]): Uint8Array {
  const parts = files.flatMap(({ path, mode, content }) => [
    tarHeader({ path: path.slice(1), type: "file", mode, mtime: 0, size: content.length }),
    content,
    tarPadding(content.length),
  ]);
  return Buffer.concat([...parts, tarEnd]);
}

/** Files on this machine for a container to see: nothing can be copied into one whose root is read-only. */
async function bind(
  files: readonly SpecFile[],
  parent: string,
): Promise<AsyncDisposable & { readonly options: readonly string[] }> {
  if (files.length === 0) return { options: [], [Symbol.asyncDispose]: async () => {} };
  const folder = await mkdtemp(join(parent, "hardpan-check-"));
  const remove = async () => await rm(folder, { recursive: true, force: true });
  try {
    const options = files.map(({ path }, index) => `--volume=${join(folder, String(index))}:${path}:ro,z`);
    for (const [index, { mode, content }] of files.entries()) {
      await writeFile(join(folder, String(index)), content);
      await chmod(join(folder, String(index)), mode);
    }
    return { options, [Symbol.asyncDispose]: remove };
  } catch (cause) {
    await remove();
    throw cause;
  }
}
