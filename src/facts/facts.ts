import type { ImageConfig } from "../oci/config.ts";
import type { Manifest } from "../oci/manifest.ts";
import { findPackageManagers, findShells } from "./command.ts";
import type { Facts, ImageTree } from "./model.ts";
import { accountFiles, resolveUser } from "./user.ts";

/** Whether `factsOf` reads the content of the file at `path`, so that a walk has to keep it. */
export function neededForFacts(path: string): boolean {
  return accountFiles.includes(path);
}

/**
 * What the image of `tree` really has. `user` is the configuration's, `root` where it names none; uid and gid are null
 * where a name is not in the image's own passwd and group. `setuid` lists files with a setuid or setgid bit. All paths are
 * absolute.
 */
export function factsOf(tree: ImageTree, image: { readonly config: ImageConfig; readonly manifest: Manifest }): Facts {
  const { container } = image.config;
  const { layers, config } = image.manifest;
  return {
    user: container.user === "" ? "root" : container.user,
    ...resolveUser(tree, container.user),
    shells: findShells(tree.files, container.environment).map(absolute),
    packageManagers: findPackageManagers(tree.files, container.environment),
    entrypoint: container.entrypoint,
    cmd: container.cmd,
    workingDir: container.workingDir,
    environment: container.environment,
    ports: container.exposedPorts,
    setuid: setuidFiles(tree),
    labels: container.labels,
    size: {
      compressed: layers.reduce((sum, layer) => sum + layer.size, config.size),
      unpacked: tree.layers.reduce((sum, layer) => sum + layer.unpackedSize, 0),
    },
    layers: layers.length,
  };
}

function setuidFiles(tree: ImageTree): readonly string[] {
  const found: string[] = [];
  for (const file of tree.files.values()) {
    if ((file.type === "file" || file.type === "link") && (file.mode & 0o6000) !== 0) found.push(file.path);
  }
  return found.sort().map(absolute);
}

function absolute(path: string): string {
  return `/${path}`;
}
