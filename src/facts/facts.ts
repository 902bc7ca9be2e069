import type { ContainerConfig, ImageConfig } from "../oci/config.ts";
import type { Manifest } from "../oci/manifest.ts";
import { startedCommand } from "./audit/lookup.ts";
import { findPackageManagers, findShells, isShell } from "./command.ts";
import type { Facts, ImageTree } from "./model.ts";
import { nameOf } from "./path.ts";
import { accountFiles, resolveUser } from "./user.ts";

/** Whether `factsOf` reads the content of the file at `path`, so that a walk has to keep it. */
export function neededForFacts(path: string): boolean {
  return accountFiles.includes(path);
}

/** What facts are computed from; `contents` holds at least the files `neededForFacts` names. */
export interface FactsInput extends Pick<ImageTree, "files" | "contents"> {
  readonly container: ContainerConfig;
  readonly size: Facts["size"];
  /** How many layers. */
  readonly layers: number;
}

/** What the image of `tree` really has; see `computeFacts`. */
export function factsOf(tree: ImageTree, image: { readonly config: ImageConfig; readonly manifest: Manifest }): Facts {
  return computeFacts(factsInput(tree, image));
}

/** An image that was walked, as `computeFacts` takes it. */
export function factsInput<Tree extends ImageTree>(
  tree: Tree,
  image: { readonly config: ImageConfig; readonly manifest: Manifest },
) {
  const { layers, config } = image.manifest;
  return {
    ...tree,
    architecture: image.config.platform.architecture,
    container: image.config.container,
    size: {
      compressed: layers.reduce((sum, layer) => sum + layer.size, config.size),
      unpacked: tree.layers.reduce((sum, layer) => sum + layer.unpackedSize, 0),
    },
    layers: layers.length,
  };
}

/**
 * What an image really has. `user` is the configuration's, `root` where it names none; uid and gid are null where a name is
 * not in the image's own passwd and group. `setuid` lists files with a setuid or setgid bit. All paths are absolute.
 */
export function computeFacts(input: FactsInput): Facts {
  const { container } = input;
  return {
    user: container.user === "" ? "root" : container.user,
    ...resolveUser(input, container.user),
    shells: shellsOf(input),
    packageManagers: findPackageManagers(input.files, container.environment),
    entrypoint: container.entrypoint,
    cmd: container.cmd,
    workingDir: container.workingDir,
    environment: container.environment,
    ports: container.exposedPorts,
    setuid: setuidFiles(input.files),
    labels: container.labels,
    size: input.size,
    layers: input.layers,
  };
}

/** The shells among the programs, and what a container starts where its name is a shell's, wherever it lies. */
function shellsOf({ files, container }: FactsInput): readonly string[] {
  const shells = new Set(findShells(files, container.environment).map(absolute));
  const started = startedCommand(files, container)?.path ?? null;
  if (started !== null && isShell(nameOf(started))) shells.add(started);
  return [...shells].sort();
}

function setuidFiles(files: ImageTree["files"]): readonly string[] {
  const found: string[] = [];
  for (const file of files.values()) {
    if ((file.type === "file" || file.type === "link") && (file.mode & 0o6000) !== 0) found.push(file.path);
  }
  return found.sort().map(absolute);
}

function absolute(path: string): string {
  return `/${path}`;
}
