import type { ContainerConfig } from "../../oci/config.ts";
import { isProgram, pathFolders } from "../command.ts";
import type { ImageFile, StartedCommand } from "../model.ts";
import { resolvePath } from "../path.ts";

type Files = ReadonlyMap<string, ImageFile>;

/** The PATH container engines give where the image sets none. */
const usualPath = ["/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"];

/** What a container of the image starts: the first word of its entrypoint, else of its command. */
export function startedCommand(files: Files, container: ContainerConfig): StartedCommand | null {
  const word = container.entrypoint[0] ?? container.cmd[0];
  return word === undefined ? null : { word, path: findProgram(files, word, container) };
}

/**
 * The absolute path of the program a word means, without links in its folders: a path, relative to the working directory,
 * or a name that is looked up in PATH. null when there is no executable file.
 */
export function findProgram(
  files: Files,
  word: string,
  { environment, workingDir }: Pick<ContainerConfig, "environment" | "workingDir">,
): string | null {
  if (word === "") return null;
  if (word.includes("/")) return programAt(files, word.startsWith("/") ? word : `${workingDir}/${word}`);
  const own = pathFolders(environment);
  for (const folder of own.length > 0 ? own : usualPath) {
    const found = programAt(files, `${folder}/${word}`);
    if (found !== null) return found;
  }
  return null;
}

function programAt(files: Files, path: string): string | null {
  const place = resolvePath(files, path, { followLast: false });
  return place !== null && isProgram(files, place) ? `/${place}` : null;
}
