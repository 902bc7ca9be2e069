import { describe, expect, it } from "vitest";
import type { Definition } from "../../src/definition/schema.ts";
import type { ImageFipsModule } from "../../src/image/definition/fips.ts";
import { fipsStatement } from "../../src/image/fips.ts";
import { settingsOf } from "../../src/image/labels.ts";
import { bareDefinition } from "../support/definition.ts";

const definition = bareDefinition;
const module: ImageFipsModule = { path: "usr/lib/ossl-modules/fips.so", version: "3.5.9", mac: "ab" };

function settings(changes: Partial<Definition>, more: { fips?: ImageFipsModule; recorded?: boolean } = {}) {
  const identity = { path: "image/tool/debian-13/1", distribution: "debian-13", version: "1-debian13" };
  return settingsOf(
    { ...identity, definition: { ...definition, ...changes }, platform, recorded: more.recorded ?? true },
    { programs: { shells: ["/usr/bin/bash", "/usr/bin/sh"], packageManagers: ["apt"] }, fips: more.fips ?? null },
  );
}
const platform = { os: "linux", architecture: "amd64" };

describe("the labels of an image", () => {
  it("say what it is and what was found in it", () => {
    expect(settings({ labels: { team: "core" } }).labels).toEqual({
      team: "core",
      "io.hardpan.name": "tool",
      "io.hardpan.version": "1-debian13",
      "io.hardpan.variant": "runtime",
      "io.hardpan.flavor": "",
      "io.hardpan.distro": "debian-13",
      "io.hardpan.definition": "image/tool/debian-13/1",
      "io.hardpan.shell": "bash,sh",
      "io.hardpan.package-manager": "apt",
      "io.hardpan.compliance": "",
      "io.hardpan.end-of-life": "2030-01-01",
    });
  });

  it("say fips only of a module with a certificate, else fips-mode", () => {
    const certificate = { "io.hardpan.fips.certificate": "CMVP #4985" };
    const without = settings({}, { fips: module }).labels;
    const validated = settings({ labels: certificate }, { fips: module }).labels;
    expect([without, validated].map((labels) => labels["io.hardpan.compliance"])).toEqual(["fips-mode", "fips"]);
    expect(fipsStatement(without)).toBe("FIPS mode on, module not validated (OpenSSL FIPS Provider 3.5.9)");
    expect(fipsStatement(validated)).toContain("certificate CMVP #4985");
  });

  it("are not the definition's to choose where something is found out, and all its own for a reconstruction", () => {
    const labels = { "io.hardpan.compliance": "fips", "io.hardpan.fips.module": "mine", "io.hardpan.shell": "none" };
    const own = settings({ labels }).labels;
    expect(own).toMatchObject({ "io.hardpan.compliance": "", "io.hardpan.shell": "bash,sh" });
    expect(fipsStatement(own)).toBeNull();
    expect(settings({ labels: { a: "b" } }, { recorded: false }).labels).toEqual({ a: "b" });
  });
});

describe("how an image starts", () => {
  it("exposes every port of a range", () => {
    expect(settings({ ports: ["8080", "53/udp", "9000-9002/tcp"] }).ports).toEqual([
      "8080/tcp",
      "53/udp",
      "9000/tcp",
      "9001/tcp",
      "9002/tcp",
    ]);
  });

  it.each(["9001-9000", "70000", "1-99999"])("refuses the port %s, naming it", (port) => {
    expect(() => settings({ ports: [port] })).toThrow(
      expect.objectContaining({ code: "IMAGE_PORT_INVALID", message: expect.stringContaining(port) }),
    );
  });

  it("runs as a number, so that it is seen not to be root", () => {
    expect(settings({}).user).toBe("1000");
    expect(settings({ accounts: { ...definition.accounts, root: true, "run-as": "root" } }).user).toBe("root");
    expect(settings({ accounts: { root: true, users: [], groups: [] } }).user).toBe("");
  });
});
