import { describe, expect, it } from "vitest";
import type { Distribution } from "../../../src/sbom/model.ts";
import { identifyRpm } from "../../../src/scan/rpm/identity.ts";
import type { RpmPackage } from "../../../src/scan/rpm/package.ts";

const nodejs: RpmPackage = {
  name: "nodejs",
  version: "18.20.4-1.module+el8.10.0+22202+a0d2ae7e",
  epoch: 1,
  architecture: "x86_64",
  sourceRpm: "nodejs-18.20.4-1.module+el8.10.0+22202+a0d2ae7e.src.rpm",
  license: null,
  vendor: null,
  module: "nodejs:18:8100020240807161023:489197e6",
  files: [],
};

const distribution = (id: string, versionId: string | null): Distribution => ({
  id,
  versionId,
  codename: null,
  prettyName: null,
});

describe("identifyRpm", () => {
  it("names a package of a module of Red Hat's", () => {
    expect(identifyRpm(nodejs, distribution("rhel", "8.10"))).toEqual({
      type: "rpm",
      name: "nodejs",
      version: "1:18.20.4-1.module+el8.10.0+22202+a0d2ae7e",
      source: { name: "nodejs", version: "1:18.20.4-1.module+el8.10.0+22202+a0d2ae7e" },
      purl:
        "pkg:rpm/redhat/nodejs@18.20.4-1.module%2Bel8.10.0%2B22202%2Ba0d2ae7e?arch=x86_64&distro=rhel-8.10&epoch=1" +
        "&rpmmod=nodejs%3A18%3A8100020240807161023%3A489197e6&upstream=nodejs-18.20.4-1.module%2Bel8.10.0%2B22202%2Ba0d2ae7e.src.rpm",
    });
  });

  const plain: RpmPackage = { ...nodejs, version: "1-2", epoch: null, sourceRpm: null, module: null };
  it.for([
    ["opensuse-leap", "15.6", "pkg:rpm/opensuse/nodejs@1-2?arch=x86_64&distro=opensuse-leap-15.6"],
    ["opensuse-tumbleweed", "20260101", "pkg:rpm/opensuse/nodejs@1-2?arch=x86_64&distro=opensuse-tumbleweed-20260101"],
    ["sles", "15.7", "pkg:rpm/sles/nodejs@1-2?arch=x86_64&distro=sles-15.7"],
    ["rocky", "9.6", "pkg:rpm/rocky/nodejs@1-2?arch=x86_64&distro=rocky-9.6"],
    ["amzn", "2023", "pkg:rpm/amzn/nodejs@1-2?arch=x86_64&distro=amzn-2023"],
  ] as const)("names a package of %s", ([id, version, purl]) => {
    expect(identifyRpm(plain, distribution(id, version)).purl).toBe(purl);
  });

  it("has no namespace where the distribution is not known", () => {
    expect(identifyRpm(plain, null).purl).toBe("pkg:rpm/nodejs@1-2?arch=x86_64");
  });

  it.for([
    ["a-b-1.0-2.src.rpm", { name: "a-b", version: "1.0-2" }],
    ["a-1.0-2.nosrc.rpm", { name: "a", version: "1.0-2" }],
    ["a-1.0.src.rpm", null],
    ["a-1.0-2.x86_64.rpm", null],
  ] as const)("takes the source package of %s", ([sourceRpm, source]) => {
    expect(identifyRpm({ ...plain, sourceRpm }, null).source).toEqual(source);
  });

  it("writes no epoch of 0 in front of a version", () => {
    expect(identifyRpm({ ...plain, epoch: 0 }, null)).toMatchObject({
      version: "1-2",
      purl: "pkg:rpm/nodejs@1-2?arch=x86_64&epoch=0",
    });
  });
});
