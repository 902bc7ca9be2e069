import { afterAll, describe, expect, it } from "vitest";
import { execute } from "../support/cli.ts";
import { dockerProgram, openDocker } from "../support/docker.ts";
import { buildInto } from "./catalog-image.ts";
import { long, missingNetwork, thorough, titled } from "./shared.ts";

const missing = (await missingNetwork()) ?? (dockerProgram === null ? "needs a docker engine" : null);
const all = thorough ? null : "takes minutes: runs with HARDPAN_TEST_ALL=1";

/** What people install in images of Debian 13 and 12: compilers, servers with accounts of their own, a JDK. */
const common = "build-essential git python3-venv libpq-dev nginx";
const trixie = `${common} openjdk-21-jdk-headless postgresql-17`;
const bookworm = `${common} openjdk-17-jdk-headless postgresql-15`;

describe.skipIf(missing !== null)(titled("the -dev images of the catalogue in a real Docker", missing), () => {
  const docker = openDocker();
  afterAll(async () => await docker[Symbol.asyncDispose](), 60_000);

  const shell = async (image: string, script: string, options: readonly string[] = []) =>
    await docker.command("run", "--rm", ...options, image, "bash", "-c", `exec 2>&1; ${script}`);

  it.each([
    "node:24-debian13-dev",
    "python:3.13-debian13-dev",
    "busybox:1-debian13-dev",
    ...(thorough
      ? [
          ...["debian-base:trixie-debian13-dev", "debian-base:bookworm-debian12-dev", "python:3.11-debian12-dev"],
          ...["node:22-debian13-dev", "node:26-debian13-dev", "node:22-debian12-dev", "node:24-debian12-dev"],
        ]
      : []),
  ])(
    "%s is a whole Debian, run by root: dpkg finds nothing amiss and apt nothing missing",
    async (reference) => {
      const image = await buildInto(docker, reference);
      expect(await shell(image, "id -u; dpkg --audit && apt-get check --quiet=2 && dpkg --verify")).toBe("0\n");
    },
    long,
  );

  it.each([
    ["python:3.13-debian13-dev", "less"],
    ...(thorough
      ? [
          ...["debian-base:trixie-debian13-dev", "busybox:1-debian13-dev"].map((name) => [name, trixie]),
          ...["node:24-debian13-dev", "node:24-debian13-fips-dev", "python:3.13-debian13-dev"].map((name) => [
            name,
            trixie,
          ]),
          ...["debian-base:bookworm-debian12-dev", "node:24-debian12-dev"].map((name) => [name, bookworm]),
          ["python:3.11-debian12-dev", bookworm],
        ]
      : []),
  ])(
    "%s is upgraded and takes %s from apt, in a container",
    async (reference, packages) => {
      const image = await buildInto(docker, reference ?? "");
      const install = `said=$({ ${installing(packages ?? "")}; } 2>&1) || { echo "$said"; exit 1; }`;
      expect(await shell(image, `${install}; ${sound}`)).toBe("");
    },
    long,
  );

  it.skipIf(!thorough).each([
    ["debian-base:trixie-debian13-dev", trixie],
    ["debian-base:bookworm-debian12-dev", bookworm],
  ])(
    titled("%s is upgraded and takes %s from apt, in docker build", all),
    async (reference, packages) => {
      const image = await buildInto(docker, reference);
      const derived = docker.willRemove(`${image}-installed`);
      const script = 'printf "%b" "$3" | "$1" build --tag "$2" -';
      const dockerfile = `FROM ${image}\\nRUN ${installing(packages)}\\n`;
      await execute("sh", ["-c", script, "sh", dockerProgram ?? "docker", derived, dockerfile]);
      expect(
        await shell(derived, `${sound}; gcc --version >/dev/null && java --version >/dev/null && nginx -t`),
      ).toMatch(/test is successful/);
    },
    long,
  );

  it(
    "node:24-debian13-dev has npm, Yarn, corepack, git and curl, for root and for the user node",
    async () => {
      const image = await buildInto(docker, "node:24-debian13-dev");
      const versions =
        "for name in npm yarn corepack git curl; do $name --version | head -n 1 | grep -o '[0-9]*' | head -n 1; done";
      const script = `node -p process.version; npm config get update-notifier; ${versions}; cd && touch here && pwd`;
      const printed = (await shell(image, script, ["--network=none"])).trim().split("\n");
      expect(printed).toEqual([expect.stringMatching(/^v24\./), "false", "11", "1", "0", "2", "8", "/root"]);
      const asNode = (await shell(image, script, ["--network=none", "--user=node"])).trim().split("\n");
      expect(asNode).toEqual([...printed.slice(0, -1), "/home/node"]);
    },
    long,
  );

  it(
    "busybox:1-debian13-dev finds every applet by name, and Debian's program where there are two",
    async () => {
      const image = await buildInto(docker, "busybox:1-debian13-dev");
      // Names that are nowhere, or that are BusyBox's link beside a program of Debian's.
      const script = `for name in $(busybox --list); do
          found=$(type -aP "$name" | xargs --no-run-if-empty realpath | sort -u)
          case "$found" in
            "") echo "$name" ;;
            */busybox) ;;
            *busybox*) echo "$name twice" ;;
          esac
        done; realpath "$(command -v sh)" "$(command -v tar)" "$(command -v vi)"`;
      expect((await shell(image, script)).trim().split("\n")).toEqual([
        ...["linuxrc", "rpm", "rpm2cpio"],
        ...["/usr/bin/dash", "/usr/bin/tar", "/usr/bin/busybox"],
      ]);
      const replaced = "apt-get update --quiet=2 && apt-get install --yes --quiet=2 wget procps >/dev/null";
      expect(await shell(image, `(${replaced}) && wget --version | head -n 1; ps --version; ${sound}`)).toMatch(
        /^GNU Wget .*\nps from procps.*\n$/,
      );
    },
    long,
  );
});

/** Finds what installing packages may have broken; says nothing when all is well. */
const sound = "dpkg --audit && apt-get check --quiet=2";

function installing(packages: string): string {
  return `apt-get update --quiet=2 && apt-get upgrade --yes --quiet=2 && apt-get install --yes --quiet=2 ${packages}`;
}
