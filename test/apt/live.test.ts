import { describe, expect, it } from "vitest";
import type { PackageIndex } from "../../src/apt/model.ts";
import { fetchPackages } from "../../src/apt/package-download.ts";
import type { AptPorts } from "../../src/apt/ports.ts";
import { resolve } from "../../src/apt/resolve.ts";
import { findMirrors } from "../../src/apt/sources.ts";
import { acquireIndex } from "../../src/apt/suite.ts";
import { debianTrust } from "../../src/apt/trust.ts";
import { openCache } from "../../src/cache/cache.ts";
import { createHttp } from "../../src/http/fetch.ts";
import { temporaryFolder } from "../support/temporary.ts";

const environment = process.env["HARDPAN_DEBIAN_MIRROR"];
const mirrors = await findMirrors({ now: Date.now(), ...(environment === undefined ? {} : { environment }) });
const http = createHttp({ fetch: globalThis.fetch, userAgent: "hardpan/test", limits: { attempts: 2 } });

async function reachable(): Promise<boolean> {
  const [base] = mirrors.main;
  const url = `${base}/dists/trixie/InRelease`;
  return await http.request(url, { files: true, signal: AbortSignal.timeout(10_000) }).then(
    async (response) => {
      await response.discard();
      return true;
    },
    () => false,
  );
}

const online = await reachable();
const request =
  "libstdc++6 tzdata ca-certificates netbase base-files !openssl !debconf !cdebconf !mawk !gawk !original-awk";

/** A mirror that stands still on purpose is as good here: what is tested is not its age. */
const options = { acceptExpired: true };

async function livePorts(): Promise<AptPorts> {
  return { http, cache: await openCache(await temporaryFolder()), now: Date.now, mirrors, trust: debianTrust() };
}

describe.skipIf(!online)("the live Debian archive (skipped where no mirror can be reached)", () => {
  it.each(["trixie", "bookworm"])(
    "gives %s, signed by pinned keys, in a closure of a few packages",
    async (codename) => {
      const ports = await livePorts();
      const cold = await timed(async () => await acquireIndex({ codename, architecture: "amd64" }, ports, options));
      cold.value.close();
      const warm = await timed(
        async () => await acquireIndex({ codename, architecture: "amd64" }, ports, { ...options, maxAge: 3_600_000 }),
      );
      const index: PackageIndex = warm.value;
      const { packages, cut } = resolve({ packages: request.split(" ") }, index);
      const megabytes = (packages.reduce((sum, entry) => sum + entry.size, 0) / 1e6).toFixed(1);
      console.log(
        `${codename}: ${packages.length} packages, ${megabytes} MB; index cold ${cold.milliseconds} ms, warm ${warm.milliseconds} ms`,
      );
      console.log(packages.map(({ name, version }) => `${name}=${version}`).join(" "));
      expect(index.releases.map((release) => release.signedBy.length > 0)).toEqual([true, true, true]);
      expect(packages.map(({ name }) => name)).toEqual(
        expect.arrayContaining([
          "base-files",
          "ca-certificates",
          "libc6",
          "libgcc-s1",
          "libstdc++6",
          "netbase",
          "tzdata",
        ]),
      );
      expect(packages.length).toBeLessThan(25);
      expect(cut.map((edge) => edge.package)).toEqual(expect.arrayContaining(["base-files", "ca-certificates"]));
      expect(index.essential().map(({ name }) => name)).toEqual(expect.arrayContaining(["bash", "dpkg", "perl-base"]));
      const small = packages.filter(({ name }) => ["netbase", "ca-certificates"].includes(name));
      expect((await fetchPackages(small, ports, options)).size).toBe(2);
      index.close();
    },
    120_000,
  );

  it("has every package of that closure for arm64 too", async () => {
    const index = await acquireIndex({ codename: "trixie", architecture: "arm64" }, await livePorts(), options);
    const architectures = new Set(
      resolve({ packages: request.split(" ") }, index).packages.map((entry) => entry.architecture),
    );
    expect([...architectures].sort()).toEqual(["all", "arm64"]);
    index.close();
  }, 120_000);

  it("gives a host without a keyring its keys", async () => {
    const ports = await livePorts();
    const trust = { ...ports.trust, keyring: async () => null };
    const index = await acquireIndex(
      { codename: "trixie", architecture: "amd64", pockets: ["security"] },
      { ...ports, trust },
      options,
    );
    expect(index.releases[0]?.signedBy.length).toBeGreaterThan(0);
    index.close();
  }, 120_000);
});

async function timed<Value>(
  work: () => Promise<Value>,
): Promise<{ readonly value: Value; readonly milliseconds: number }> {
  const started = performance.now();
  return { value: await work(), milliseconds: Math.round(performance.now() - started) };
}
