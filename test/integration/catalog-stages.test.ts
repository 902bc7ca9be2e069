import { existsSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readNpmConfig } from "../../src/npm/config.ts";
import { execute, root } from "../support/cli.ts";
import { dockerProgram, openDocker } from "../support/docker.ts";
import { buildInto } from "./catalog-image.ts";
import { long, missingNetwork, newFolder, removeFolder, thorough, titled } from "./shared.ts";

const missing = (await missingNetwork()) ?? (dockerProgram === null ? "needs a docker engine" : null);
const all = thorough ? null : "installs a compiler: runs with HARDPAN_TEST_ALL=1";

describe.skipIf(missing !== null)(titled("what a -dev image builds, copied into its runtime image", missing), () => {
  const docker = openDocker();
  let folder = "";

  beforeAll(async () => {
    folder = await newFolder();
  });
  afterAll(async () => {
    await docker[Symbol.asyncDispose]();
    await removeFolder(folder);
  }, 60_000);

  /** Builds `files` with their Dockerfile, whose stages are DEV and RUNTIME; what is returned runs commands in the result. */
  const built = async (stages: Stages, files: Files, options: readonly string[] = []) => {
    const context = join(folder, stages.runtime.replace(/\W/g, "-"));
    for (const [path, content] of Object.entries(files)) {
      await mkdir(join(context, path, ".."), { recursive: true });
      await writeFile(join(context, path), content);
    }
    const runtime = await buildInto(docker, stages.runtime);
    const image = docker.willRemove(`${runtime}-with-program`);
    const bases = [`DEV=${await buildInto(docker, stages.dev)}`, `RUNTIME=${runtime}`];
    const args = [...bases.flatMap((base) => ["--build-arg", base]), ...options, "--tag", image, context];
    await execute(dockerProgram ?? "docker", ["build", ...args], { environment: { DOCKER_BUILDKIT: "1" } });
    const alone = ["--rm", "--network=none", "--read-only", "--cap-drop=ALL"];
    return async (...command: readonly string[]) => await docker.command("run", ...alone, image, ...command);
  };

  it.each([
    { dev: "node:24-debian13-dev", runtime: "node:24-debian13" },
    ...(thorough
      ? [
          { dev: "node:24-debian13-fips-dev", runtime: "node:24-debian13-fips" },
          { dev: "node:22-debian12-dev", runtime: "node:22-debian12" },
          { dev: "node:26-debian13-dev", runtime: "node:26-debian13" },
        ]
      : []),
  ])(
    "npm of $dev installs what a lock file says, and $runtime runs it as its user",
    async (stages) => {
      const { version, integrity } = await lockedSemver();
      const dependencies = { semver: version };
      const files = {
        Dockerfile: nodeStages,
        "package.json": JSON.stringify({ name: "service", version: "1.0.0", dependencies }),
        "package-lock.json": JSON.stringify({
          ...{ name: "service", version: "1.0.0", lockfileVersion: 3 },
          packages: { "": { dependencies }, "node_modules/semver": { version, integrity } },
        }),
        "service.js": 'console.log(process.getuid(), process.cwd(), require("semver").inc("1.2.3", "minor"));',
      };
      const run = await built(stages, files, await npmOptions());
      expect(await run()).toBe("1000 /app 1.3.0\n");
    },
    long,
  );

  /** How to reach the registry of this machine's configuration: its address, and whom to trust, which no layer holds. */
  const npmOptions = async () => {
    const place = { environment: process.env, home: homedir(), directory: tmpdir(), execPath: process.execPath };
    const { registry, options } = await readNpmConfig(place);
    const bundles = [process.env["NODE_EXTRA_CA_CERTS"] ?? "", "/etc/ssl/certs/ca-certificates.crt"];
    const files = [...new Set(bundles)].filter((path) => existsSync(path));
    const texts = await Promise.all(files.map(async (path) => await readFile(path, "utf8")));
    const configured = Array.isArray(options["ca"]) ? options["ca"].map(String) : [];
    const authorities = join(folder, "authorities.pem");
    await writeFile(authorities, [...texts, ...configured].join("\n"));
    const address = registry === null ? [] : ["--build-arg", `REGISTRY=${registry}`];
    return ["--network=host", ...address, "--secret", `id=authorities,src=${authorities}`];
  };

  it.each([
    { dev: "python:3.13-debian13-dev", runtime: "python:3.13-debian13", version: "3.13" },
    ...(thorough
      ? [
          { dev: "python:3.13-debian13-fips-dev", runtime: "python:3.13-debian13-fips", version: "3.13" },
          { dev: "python:3.11-debian12-dev", runtime: "python:3.11-debian12", version: "3.11" },
        ]
      : []),
  ])(
    "pip of $dev installs as root and into a virtual environment, and $runtime runs both as its user",
    async ({ version, ...stages }) => {
      const pip = "pip install --no-index --find-links /wheels tiny";
      const files = {
        Dockerfile: pythonStages(version, [
          "RUN apt-get update --quiet=2 && apt-get install --yes --quiet=2 less && less --version",
          "RUN python -m zipfile --create /wheels/tiny-1.0-py3-none-any.whl tiny tiny-1.0.dist-info",
          `RUN ${pip}`,
          `RUN python -m venv /opt/environment && /opt/environment/bin/${pip}`,
        ]),
        ...tinyPackage,
      };
      const run = await built(stages, files);
      const script = "import os, tiny; print(os.getuid(), tiny.answer(), tiny.__file__)";
      const place = `/lib/python${version}`;
      expect(await run("python3", "-c", script)).toBe(`65532 42 /usr/local${place}/dist-packages/tiny/__init__.py\n`);
      expect(await run("/opt/environment/bin/python", "-c", script)).toBe(
        `65532 42 /opt/environment${place}/site-packages/tiny/__init__.py\n`,
      );
    },
    long,
  );

  it.skipIf(!thorough)(
    titled(
      "pip of python:3.13-debian13-dev compiles a module with apt's compiler, and the runtime image loads it",
      all,
    ),
    async () => {
      const install = "apt-get install --yes --quiet=2 gcc libc6-dev python3-dev python3-setuptools";
      const files = {
        Dockerfile: pythonStages("3.13", [
          `RUN apt-get update --quiet=2 && ${install}`,
          "RUN mkdir /opt/environment && pip install --no-index --no-build-isolation /build/native",
        ]),
        ...nativePackage,
      };
      const run = await built({ dev: "python:3.13-debian13-dev", runtime: "python:3.13-debian13" }, files);
      expect(await run("python", "-c", "import native; print(native.answer())")).toBe("42\n");
    },
    long,
  );
});

interface Stages {
  readonly dev: string;
  readonly runtime: string;
}

type Files = Readonly<Record<string, string>>;

/** A small package without dependencies of its own that this project's own lock file names with its hash. */
async function lockedSemver(): Promise<{ readonly version: string; readonly integrity: string }> {
  const { packages } = JSON.parse(await readFile(join(root, "package-lock.json"), "utf8"));
  return packages["node_modules/semver"];
}

const nodeStages = `ARG DEV
ARG RUNTIME
FROM $DEV AS build
ARG REGISTRY
COPY package.json package-lock.json ./
RUN --mount=type=secret,id=authorities NODE_EXTRA_CA_CERTS=/run/secrets/authorities \\
    npm ci --omit=dev \${REGISTRY:+--registry "$REGISTRY"}

FROM $RUNTIME
COPY --from=build /app/node_modules ./node_modules
COPY service.js ./
CMD ["node", "service.js"]
`;

function pythonStages(version: string, steps: readonly string[]): string {
  const packages = `/usr/local/lib/python${version}/dist-packages`;
  return `ARG DEV
ARG RUNTIME
FROM $DEV AS build
WORKDIR /build
COPY . .
RUN mkdir /wheels
${steps.join("\n")}

FROM $RUNTIME
COPY --from=build ${packages} ${packages}
COPY --from=build /opt/environment /opt/environment
`;
}

/** The unpacked wheel of a package in Python. */
const tinyPackage: Files = {
  "tiny/__init__.py": "def answer():\n    return 42\n",
  "tiny-1.0.dist-info/METADATA": "Metadata-Version: 2.1\nName: tiny\nVersion: 1.0\n",
  "tiny-1.0.dist-info/WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
  "tiny-1.0.dist-info/RECORD": "tiny/__init__.py,,\ntiny-1.0.dist-info/METADATA,,\ntiny-1.0.dist-info/WHEEL,,\n",
};

/** The source of a package whose one module is in C. */
const nativePackage: Files = {
  "native/setup.py": `from setuptools import Extension, setup
setup(name="native", version="1.0", ext_modules=[Extension("native", ["native.c"])])
`,
  "native/native.c": `#define PY_SSIZE_T_CLEAN
#include <Python.h>
static PyObject *answer(PyObject *self, PyObject *none) { return PyLong_FromLong(42); }
static PyMethodDef methods[] = {{"answer", answer, METH_NOARGS, ""}, {NULL, NULL, 0, NULL}};
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "native", "", -1, methods};
PyMODINIT_FUNC PyInit_native(void) { return PyModule_Create(&module); }
`,
};
