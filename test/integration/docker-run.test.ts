import { once } from "node:events";
import { createServer, type Server } from "node:https";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hardpanJson } from "../support/cli.ts";
import { dockerProgram, openDocker } from "../support/docker.ts";
import { has } from "../support/program.ts";
import { makeCertificates, type TestCertificates } from "./certificates.ts";
import { catalogWith, long, missingNetwork, newFolder, removeFolder, titled, warmUp } from "./shared.ts";

const missing = (await missingNetwork()) ?? (dockerProgram === null ? "needs a docker engine" : null);
const noOpenssl = has("openssl") ? null : "needs openssl";

describe.skipIf(missing !== null)(titled("the hardened Node image in a real Docker", missing), () => {
  const docker = openDocker();
  const image = `${docker.organisation}/dhi-node:24-debian13`;
  let folder = "";

  beforeAll(async () => {
    await warmUp();
    folder = await newFolder();
    docker.willRemove(image);
    await hardpanJson(["build", "node:24-debian13", "--output", `local://${image}`]);
  }, long);
  afterAll(async () => {
    await docker[Symbol.asyncDispose]();
    await removeFolder(folder);
  }, 60_000);

  const runNode = async (script: string, options: readonly string[] = ["--network=none"]) =>
    await docker.command("run", "--rm", ...options, image, "node", "-e", script);
  const evaluate = async (expression: string, options?: readonly string[]) =>
    JSON.parse(await runNode(`console.log(JSON.stringify(${expression}))`, options));

  it("runs JavaScript as uid 1000 in /app, with nothing of the root user's", async () => {
    const expression = "[process.getuid(), process.getgid(), process.cwd(), require('os').userInfo().username]";
    expect(await evaluate(expression)).toEqual([1000, 1000, "/app", "node"]);
  });

  it("runs with a read-only root, without capabilities and without network", async () => {
    const options = ["--network=none", "--read-only", "--cap-drop=ALL", "--security-opt=no-new-privileges"];
    expect(await evaluate("process.version.split('.')[0]", options)).toBe("v24");
  });

  it.each([
    "/bin/sh",
    "/bin/bash",
    "/usr/bin/apt",
    "/usr/bin/apt-get",
    "/usr/bin/dpkg",
    "/usr/local/bin/npm",
    "/bin/ls",
  ])("has nothing at %s", async (path) => {
    await expect(docker.command("run", "--rm", "--entrypoint", path, image)).rejects.toMatchObject({
      code: 127,
      stderr: expect.stringContaining("no such file or directory"),
    });
    expect(await evaluate(`require('fs').existsSync(${JSON.stringify(path)})`)).toBe(false);
  });

  it("knows time zones, in ICU and in /usr/share/zoneinfo", async () => {
    const time = "new Date(0).toString()";
    const zone = "require('fs').readFileSync('/usr/share/zoneinfo/Asia/Kolkata').toString('latin1', 0, 4)";
    expect(await evaluate(`[${time}, ${zone}]`, ["--network=none", "--env=TZ=Asia/Kolkata"])).toEqual([
      expect.stringContaining("05:30:00 GMT+0530"),
      "TZif",
    ]);
  });

  it("finds names and services where the C library looks for them", async () => {
    expect(await evaluate("require('fs').readFileSync('/etc/services', 'utf8').includes('https')")).toBe(true);
    const address = "(await (await import('node:dns')).promises.lookup('localhost')).address";
    expect(await evaluate(address)).toMatch(/^(127\.0\.0\.1|::1)$/);
  });

  describe.skipIf(noOpenssl !== null)(
    titled("and a TLS server with a certificate of its own authority", noOpenssl),
    () => {
      let certificates: TestCertificates;
      let server: Server;
      let address = "";

      beforeAll(async () => {
        certificates = await makeCertificates(folder);
        const { certificate: cert, key } = certificates;
        server = createServer({ cert, key }, (_, response) => response.end("trusted"));
        await once(server.listen(0, "127.0.0.1"), "listening");
        const bound = server.address();
        address = `https://127.0.0.1:${typeof bound === "object" ? bound?.port : ""}/`;
      });
      afterAll(() => server?.close());

      const connect = async (name: string) => {
        const script = `require("https").get("${address}", (response) => response.pipe(process.stdout))`;
        return await docker.command("run", "--rm", "--network=host", name, "node", "-e", script);
      };

      it("refuses it when the authority is not in the definition", async () => {
        await expect(connect(image)).rejects.toMatchObject({
          stderr: expect.stringMatching(
            /UNABLE_TO_VERIFY_LEAF_SIGNATURE|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_GET_ISSUER/,
          ),
        });
      });

      it(
        "trusts it when the definition adds the authority",
        async () => {
          const trusting = docker.willRemove(`${docker.organisation}/trusting:1`);
          const paths = `paths:\n${certificatePath(certificates.authority)}`;
          const catalog = await catalogWith(folder, (definition) => `${definition}${paths}`);
          await hardpanJson(["build", "node:24-debian13", "--catalog", catalog, "--output", `local://${trusting}`]);
          expect(await connect(trusting)).toBe("trusted");
          const count = "require('tls').getCACertificates('system').length";
          const print = async (name: string) => Number(await docker.command("run", "--rm", name, "node", "-p", count));
          expect(await print(trusting)).toBe((await print(image)) + 1);
        },
        long,
      );
    },
  );

  it(
    "carries the example service, built with the Dockerfile that the trial writes",
    async () => {
      const report = await hardpanJson([
        ...["trial", "examples/node-service", "--output", folder],
        ...["--org", docker.organisation],
      ]);
      expect(report.migration.edits).toMatchObject([{ to: image }]);
      const service = docker.willRemove(`${docker.organisation}/node-service:1`);
      const dockerfile = join(folder, "node-service", "Dockerfile.hardened");
      await docker.command("build", "--file", dockerfile, "--tag", service, "examples/node-service");
      const container = await docker.start(["--publish=127.0.0.1::3000", "--read-only", service]);
      await docker.logged(container, (line) => line.includes("listening"));
      const address = `http://${(await docker.command("port", container, "3000")).trim()}`;
      const answer = async (path: string) => await (await fetch(`${address}${path}`)).json();
      expect(await answer("/healthz")).toMatchObject({ status: "ok" });
      expect(await answer("/")).toMatchObject({ service: "node-service", uid: 1000 });
      expect(await answer("/time?zone=Europe/Paris")).toMatchObject({ zone: "Europe/Paris" });
      await docker.command("stop", "--time", "20", container);
      expect((await docker.command("inspect", "--format", "{{.State.ExitCode}}", container)).trim()).toBe("0");
    },
    long,
  );
});

/** An item of a definition's `paths` that puts `certificate` where a host's own authorities are put. */
function certificatePath(certificate: string): string {
  const indented = certificate.trim().replace(/^/gm, "      ");
  return `  - type: file\n    path: /usr/local/share/ca-certificates/test.crt\n    content: |\n${indented}\n`;
}
