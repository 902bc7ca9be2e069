import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { runTrial } from "../../src/flow/trial.ts";
import { fetchFirstAdvisories } from "../../src/flow/vuln/live-advisories.ts";
import { debianTrackerFeed } from "../../src/vuln/live/feeds.ts";
import { makeDebianArchive } from "../support/debian-archive.ts";
import { flowPorts, makeCatalog, smallDefinition, smallSystem } from "../support/flow.ts";
import { temporaryFolder } from "../support/temporary.ts";

const conventional = smallDefinition
  .replace('tags: ["1", 1-debian13]', "tags: [1-trixie-slim]")
  .replace("libz1, tzdata", "libz1, tzdata, bash, dpkg")
  .replace("  run-as: app\n", "")
  .replace("annotations: {", "annotations: { io.hardpan.reconstruction-of: 'small:1-trixie-slim',");

const mapping = `- official: small
  version: "1"
  image: small:1
  baselines: [{ distro: debian-13, slim: small:1-trixie-slim, default: true }]
`;

const program = (path: string) => ({ [path]: { content: "x", mode: 0o755 } });

async function service(dockerfile: string) {
  const directory = await temporaryFolder();
  const packages = [
    ...smallSystem,
    { name: "bash", version: "5.2-1", files: program("usr/bin/bash") },
    { name: "dpkg", version: "1.22-1", files: program("usr/bin/dpkg") },
  ];
  const archive = await makeDebianArchive({ directory: join(directory, "archive"), packages });
  const catalog = await makeCatalog(join(directory, "catalog"), {
    "image/small/debian-13/1.yaml": smallDefinition,
    "baseline/small/debian-13/1-slim.yaml": conventional,
    "mapping.yaml": mapping,
  });
  const folder = join(directory, "my-service");
  await mkdir(folder);
  await writeFile(join(folder, "Dockerfile"), dockerfile);
  const ports = { ...(await flowPorts({ archive, catalog, cache: join(directory, "cache") })), offline: false };
  const output = join(directory, "trial");
  const request = {
    directory: folder,
    dockerfile: null,
    output,
    baseline: null,
    organisation: "acme",
    unpatched: false,
    platform: null,
  };
  // A feed that was asked for in vain is not asked for again: the tests reach nothing but the made archive.
  await ports.cache.writeRecord("live-advisories", "https://security-tracker.debian.org/tracker/data/json", {
    at: ports.now().getTime(),
  });
  return { ports, request, output: join(output, "my-service"), folder };
}

const swappable = "FROM small:1-trixie-slim\r\nCOPY . /app ";

describe("a trial", () => {
  it("reports what the hardened base brings, and swaps FROM without touching another byte", async () => {
    const { ports, request, output } = await service(swappable);
    const report = await runTrial(request, ports);
    expect(report).toMatchObject({
      service: "my-service",
      dockerfile: { base: "small:1-trixie-slim", line: 1 },
      conventional: { kind: "reconstruction", date: "2026-01-10" },
      hardened: { reference: "acme/dhi-small:1", catalog: "small:1" },
      migration: { kind: "swapped" },
    });
    expect(report.compare.changes.packages.removed.map(({ name }) => name)).toEqual(["bash", "dpkg"]);
    expect(report.compare.baseline).toMatchObject({ user: "root", vulnerabilities: { unfixed: null } });
    expect(report.compare.baseline.notes).toEqual(["reconstruction of small:1-trixie-slim, 2026-01-10"]);
    expect(await readFile(join(output, "Dockerfile.hardened"), "utf8")).toBe(
      swappable.replace("small:1-trixie-slim", "acme/dhi-small:1"),
    );
    expect((await readdir(output)).sort()).toEqual([
      "Dockerfile.hardened",
      ...[
        "conventional.cdx.json",
        "conventional.spdx.json",
        "hardened.cdx.json",
        "hardened.lock.json",
        "hardened.spdx.json",
      ],
      ...["report.html", "report.json", "report.md"],
    ]);
    expect(JSON.parse(await readFile(join(output, "report.json"), "utf8")).compare.analysed.digest).toBe(
      report.hardened.digest,
    );
  });

  it("names the lines that need a shell instead of writing a Dockerfile, also where it wrote one before", async () => {
    const { ports, request, output, folder } = await service(swappable);
    await runTrial(request, ports);
    await writeFile(join(folder, "Dockerfile"), "FROM small:1-trixie-slim\nRUN make\n");
    const report = await runTrial(request, ports);
    expect(report.migration).toMatchObject({
      kind: "refused",
      reasons: [expect.objectContaining({ line: 2, instruction: expect.stringContaining("RUN make") })],
    });
    expect(await readdir(output)).not.toContain("Dockerfile.hardened");
  });

  it.each(["FROM ubuntu:24.04\n", "FROM scratch\nCOPY x /x\n", "FROM example.com/small:1\n"])(
    "says that there is no hardened image for the base of %j",
    async (dockerfile) => {
      const { ports, request } = await service(dockerfile);
      await expect(runTrial(request, ports)).rejects.toMatchObject({
        code: "FLOW_NO_HARDENED_IMAGE",
        message: expect.stringMatching(/^no hardened image for \S+ yet/),
      });
    },
  );

  it("says where it looked for a Dockerfile", async () => {
    const { ports, request, folder } = await service(swappable);
    await expect(runTrial({ ...request, directory: join(folder, "none") }, ports)).rejects.toMatchObject({
      code: "FLOW_NO_DOCKERFILE",
      message: expect.stringContaining(join(folder, "none", "Dockerfile")),
    });
  });

  it("counts with the Debian tracker's data where that can be fetched first", async () => {
    const { ports, request } = await service(swappable);
    const tracker = {
      bash: {
        "CVE-2026-0001": {
          releases: { trixie: { status: "open", urgency: "high", repositories: { trixie: "5.2-1" } } },
        },
      },
    };
    const feed = { ...debianTrackerFeed, url: await serve(JSON.stringify(tracker)) };
    await fetchFirstAdvisories(ports, feed);
    const { compare } = await runTrial(request, ports);
    expect(compare.baseline.vulnerabilities).toMatchObject({ high: 1, total: 1, unfixed: 1, fixable: 0 });
    expect(compare.analysed.vulnerabilities).toMatchObject({ total: 0, unfixed: 0 });
    expect(compare.changes.vulnerabilities.removed).toMatchObject([
      { id: "CVE-2026-0001", explanation: { kind: "package-removed", package: "bash" } },
    ]);
  });

  it("goes on without a feed that cannot be reached, and does not ask again within the hour", async () => {
    const { ports } = await service(swappable);
    let asked = 0;
    const url = await serve("", () => {
      asked += 1;
    });
    const notes: string[] = [];
    const told = { ...ports, report: { ...ports.report, note: (text: string) => notes.push(text) } };
    const feed = { ...debianTrackerFeed, url };
    await fetchFirstAdvisories(told, feed);
    const first = asked;
    await fetchFirstAdvisories(told, feed);
    expect(first).toBeGreaterThan(0);
    expect(asked).toBe(first);
    expect(notes).toEqual(["Debian security tracker cannot be reached; going on with what the archive itself says"]);
  });
});

/** A server on this machine that answers with `body`, or with 503 where that is empty. */
async function serve(body: string, asked: () => void = () => {}): Promise<string> {
  const server = createServer((_, response) => {
    asked();
    response.writeHead(body === "" ? 503 : 200, {
      "content-type": "application/json",
      "last-modified": "Wed, 14 Jan 2026 00:00:00 GMT",
    });
    response.end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/data/json`;
}
