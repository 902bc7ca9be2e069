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
  readonly stopSignal?: string | null;
  /** null for a container that is not restricted: a helper of another image. */
  readonly restricted: (CheckOptions & { readonly tmpfs: readonly string[] }) | null;
}

/** Creates the container `name`, with its files in it. */
export async function makeContainer(
  name: string,
  container: CheckContainer,
  { belongings, ports }: { readonly belongings: Belongings; readonly ports: CheckPorts },
): Promise<AsyncDisposable> {
  const { settings, restricted } = container;
  const { engine } = ports;
  const network = settings.network === "none" ? "none" : await belongings.network();
  const isReadOnly = restricted?.readOnly === true;
  const bound = isReadOnly ? await bindable(settings.files, ports.temporaryDirectory) : null;
  try {
    const [entrypoint, ...first] = settings.entrypoint ?? [];
    await createContainer(engine, {
      name,
      image: container.image,
      command: [...first, ...(settings.command ?? [])],
      options: [
        ...labelOptions(belongings.labels),
        `--network=${network}`,
        ...(container.alias === undefined || network === "none" ? [] : [`--network-alias=${container.alias}`]),
        ...(container.ports ?? []).map((port) => `--publish=127.0.0.1::${port}/tcp`),
        ...Object.entries(container.hosts ?? {}).map(([host, address]) => `--add-host=${host}:${address}`),
        ...(settings.entrypoint === null ? [] : [`--entrypoint=${entrypoint ?? ""}`]),
        ...(settings.user === null ? [] : [`--user=${settings.user}`]),
        ...(settings.workDir === null ? [] : [`--workdir=${settings.workDir}`]),
        ...environmentOptions(settings.environment),
        ...Object.entries(container.volumes).map(([path, volume]) => `--volume=${volume}:${path}`),
        ...(container.interactive === true ? ["--interactive"] : []),
        ...(container.stopSignal === null || container.stopSignal === undefined
          ? []
          : [`--stop-signal=${container.stopSignal}`]),
        ...(restricted === null ? [] : restrictionOptions(restricted, engine.kind)),
        ...(bound?.options ?? []),
        ...logOptions[engine.kind],
      ],
    });
    if (!isReadOnly && settings.files.length > 0) await copyIntoContainer(engine, name, archiveOf(settings.files));
  } catch (cause) {
    await bound?.[Symbol.asyncDispose]();
    throw cause;
  }
  return bound ?? { [Symbol.asyncDispose]: async () => {} };
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

/** Files on this machine that a container sees: nothing can be copied into one whose root is read-only. */
async function bindable(
  files: readonly SpecFile[],
  parent: string,
): Promise<(AsyncDisposable & { readonly options: readonly string[] }) | null> {
  if (files.length === 0) return null;
  const folder = await mkdtemp(join(parent, "hardpan-check-"));
  const options: string[] = [];
  for (const [index, { path, mode, content }] of files.entries()) {
    const file = join(folder, String(index));
    await writeFile(file, content);
    await chmod(file, mode);
    options.push(`--volume=${file}:${path}:ro,z`);
  }
  return { options, [Symbol.asyncDispose]: async () => await rm(folder, { recursive: true, force: true }) };
}
