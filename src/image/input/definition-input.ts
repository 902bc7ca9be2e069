import type { LockedArtifact, LockedFile } from "../../definition/lock.ts";
import { artifactComponent, type DefinitionArtifact } from "./artifact-component.ts";
import type { ArtifactInput } from "./artifact-fragment.ts";
import { type DefinitionFile, fileComponents } from "./file-component.ts";
import type { FileInput } from "./file-fragment.ts";

/** What holds for every input. */
export interface InputContext {
  /** Time of what has none of its own, in seconds. */
  readonly mtime: number;
  /** Whether inputs are recorded inside the image; not in a build stage. */
  readonly recorded: boolean;
}

/** A file of a definition, templates expanded, with what the lock has for it. Throws as `fileComponents`. */
export function fileInput(
  { item, locked }: { readonly item: DefinitionFile; readonly locked: LockedFile },
  { mtime, recorded }: InputContext,
): FileInput {
  const { path, includes, excludes, uid, gid, mode } = item;
  return {
    url: locked.url,
    sha256: locked.sha256,
    path,
    includes,
    excludes,
    uid,
    gid,
    mode: mode === undefined ? undefined : Number.parseInt(mode, 8),
    mtime,
    components: recorded ? fileComponents(item, locked) : [],
  };
}

/** An artifact of a definition with what the lock has for it. */
export function artifactInput(
  { item, locked }: { readonly item: DefinitionArtifact; readonly locked: LockedArtifact },
  { mtime, recorded }: InputContext,
): ArtifactInput {
  const { includes, excludes, uid, gid } = item;
  const components = recorded ? [artifactComponent(locked)] : [];
  return { artifact: locked, includes, excludes, uid, gid, components, mtime };
}
