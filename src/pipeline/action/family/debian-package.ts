import type { Action } from "../action.ts";
import { shellGlob, shellQuote, shellText } from "../quote.ts";

/** Packs a folder as a Debian package, `<package>_<version>_<architecture>.deb` in `${target.dir}`; all files are root's. */
export const debBuild: Action = {
  name: "deb/build@v1",
  inputs: { control: "required", dir: "required" },
  write: (inputs, context) => {
    const control = inputs.requiredText("control");
    return {
      lines: [
        `directory=${shellText(inputs.requiredText("dir"))}`,
        'built="$(mktemp -d)"',
        'trap \'rm -rf -- "$built" "$directory/DEBIAN"\' EXIT',
        'case "$directory" in /*) ;; *) directory="$PWD/$directory" ;; esac',
        'mkdir -p -- "$directory/DEBIAN"',
        isControlText(control)
          ? `printf '%s\\n' ${shellQuote(control)} >"$directory/DEBIAN/control"`
          : `cp -- ${shellText(control)} "$directory/DEBIAN/control"`,
        'chmod 0755 "$directory/DEBIAN" && chmod 0644 "$directory/DEBIAN/control"',
        'dpkg-deb --root-owner-group --build "$directory" "$built"',
        `mkdir -p -- ${shellQuote(context.targetDir)}`,
        `mv -- "$built"/*.deb ${shellQuote(`${context.targetDir}/`)}`,
      ],
      programs: ["dpkg-deb", "mktemp", "mkdir", "chmod", "cp", "mv", "rm"],
    };
  },
};

/** A control file's own text, rather than the path of one. */
function isControlText(control: string): boolean {
  return /^[A-Za-z][\w-]*:\s/.test(control);
}

/** Installs packages in the stage with `dpkg --install`, which also runs their maintainer scripts; `*` and `?` match. */
export const debInstall: Action = {
  name: "deb/install@v1",
  inputs: { files: "required" },
  write: (inputs) => {
    const files = inputs.list("files");
    if (files.length === 0) throw inputs.invalid("files", "names no file");
    return {
      lines: [`dpkg --install -- ${files.map(shellGlob).join(" ")}`],
      programs: ["dpkg"],
      environment: { DEBIAN_FRONTEND: "noninteractive" },
    };
  },
};
