import type { Action } from "../action.ts";
import { changelogDate } from "../date.ts";
import { shellQuote, shellText, shellTexts } from "../quote.ts";
import { applyEach, patchFiles } from "./patch.ts";

/** Unpacks a Debian source package. `dpkg-source` checks every file's checksums against the `.dsc`. */
export const dpkgSource: Action = {
  name: "dpkg/source@v1",
  inputs: { file: "required", path: "required", "remove-original": "optional" },
  write: (inputs) => ({
    lines: [
      `file=${shellText(inputs.requiredText("file"))}`,
      `path=${shellText(inputs.requiredText("path"))}`,
      'case "$file" in /*) ;; *) file="./$file" ;; esac',
      'case "$path" in /*) ;; *) path="./$path" ;; esac',
      // dpkg-source wants to make the folder itself; a later step's working directory may have made it already.
      'if [ -d "$path" ]; then rmdir -- "$path"; fi',
      'dpkg-source --extract "$file" "$path"',
      ...((inputs.flag("remove-original") ?? true) ? [removeOriginal] : []),
    ],
    programs: ["dpkg-source", "sed", "dirname", "rm", "rmdir"],
  }),
};

/** Leaves what a rebuild needs: upstream's `.orig` archives. */
const removeOriginal = `sed -n '/^Checksums-Sha256:/,/^[^ ]/s/^ [0-9a-f]\\{64\\} [0-9]* //p' <"$file" | while IFS= read -r name; do
  case "$name" in
    *.orig*.tar.* | */*) ;;
    *) rm -f -- "$(dirname -- "$file")/$name" ;;
  esac
done
rm -f -- "$file"`;

/** Adds patches at the end of the package's series; with `apply`, applies them as well. */
export const dpkgPatch: Action = {
  name: "dpkg/patch@v1",
  inputs: { patches: "required", apply: "optional" },
  write: (inputs) => ({
    lines: [
      "mkdir -p debian/patches",
      ...applyEach(patchFiles(inputs), { directory: null, command: addToSeries }),
      ...((inputs.flag("apply") ?? false) ? [applySeries] : []),
    ],
    programs: ["dpkg-source", "patch", "grep", "basename", "cp", "mkdir"],
  }),
};

const addToSeries = `name="$(basename -- "$file")"
  if grep -qxF -- "$name" debian/patches/series 2>/dev/null; then
    printf 'dpkg/patch: %s is in debian/patches/series already\\n' "$name" >&2
    exit 1
  fi
  cp -- "$file" "debian/patches/$name"
  printf '%s\\n' "$name" >>debian/patches/series`;

/**
 * `dpkg-source` says nothing when a patch does not fit and leaves it out; quilt's list tells. Formats other than
 * 3.0 (quilt) know no series.
 */
const applySeries = `if grep -qxF '3.0 (quilt)' debian/source/format 2>/dev/null; then
  dpkg-source --before-build .
  for file do
    if ! grep -qxF -- "$(basename -- "$file")" .pc/applied-patches; then
      printf 'dpkg/patch: %s does not fit\\n' "$file" >&2
      exit 1
    fi
  done
else
  for file do patch --force -p1 --no-backup-if-mismatch --reject-file=- -i "$file"; done
fi`;

/** Puts a new version on top of `debian/changelog`, dated with the build's time. */
export const dpkgBump: Action = {
  name: "dpkg/bump@v1",
  inputs: { version: "required", changelog: "optional" },
  write: (inputs, context) => {
    const version = inputs.requiredText("version");
    if (!/^(\d+:)?\d[A-Za-z0-9.+~-]*$/.test(version)) {
      throw inputs.invalid("version", `${JSON.stringify(version)} is not a Debian version`);
    }
    const changes = inputs.list("changelog");
    const lines = (changes.length === 0 ? ["Rebuild."] : changes).map((change) => `  * ${change}\n`).join("");
    return {
      lines: [
        packageName,
        'new="$(mktemp)"',
        `printf '%s (%s) %s; urgency=medium\\n\\n%s\\n -- %s <%s>  %s\\n\\n' "$package" ${shellQuote(version)} "$suite" ${shellQuote(lines)} \\`,
        `  "\${DEBFULLNAME:-Hardpan}" "\${DEBEMAIL:-hardpan@localhost}" ${shellQuote(changelogDate(context.epoch))} >"$new"`,
        'if [ -f debian/changelog ]; then cat debian/changelog >>"$new"; fi',
        'cat "$new" >debian/changelog',
        'rm -f -- "$new"',
        "dpkg-parsechangelog -S Version",
      ],
      programs: ["dpkg-parsechangelog", "sed", "mktemp", "cat", "rm"],
    };
  },
};

const packageName = `if [ -s debian/changelog ]; then
  package="$(dpkg-parsechangelog -S Source)"
  suite="$(dpkg-parsechangelog -S Distribution)"
else
  package="$(sed -n 's/^Source: *//p' debian/control)"
  suite=unstable
fi`;

/** Builds the unpacked source package; the results land beside its folder, as with `dpkg-buildpackage`. */
export const dpkgBuild: Action = {
  name: "dpkg/build@v1",
  inputs: { args: "optional", options: "optional" },
  write: (inputs) => {
    const args = inputs.words("args");
    const options = inputs.words("options");
    return {
      lines: [
        ...(options.length === 0
          ? []
          : [`export DEB_BUILD_OPTIONS="\${DEB_BUILD_OPTIONS:+$DEB_BUILD_OPTIONS }"${shellText(options.join(" "))}`]),
        `dpkg-buildpackage ${shellTexts(args.length === 0 ? ["-b", "-uc", "-us"] : args)}`,
      ],
      programs: ["dpkg-buildpackage", "make", "gcc"],
    };
  },
};
