import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { execProgram } from "../../../src/engine/exec.ts";
import { type CheckImagesRequest, checkImages } from "../../../src/flow/check/check.ts";
import type { CheckedImage } from "../../../src/flow/check/report.ts";
import type { Ports } from "../../../src/flow/ports.ts";
import { schemaProblems } from "../../integration/json-schema.ts";
import { findBusybox } from "../../support/busybox.ts";
import { engineKinds } from "../../support/engines.ts";
import { smallWorld } from "../../support/flow.ts";

const missing = process.arch === "x64" ? (engineKinds[0]?.missing ?? null) : "needs amd64";
const title = (text: string) => (missing === null ? text : `${text} (skipped: ${missing})`);

const definition = (name: string, more = "") => `# syntax=hardpan/build:1-debian13
image: hardpan/${name}
tags: ["1", 1-debian13]
contents: { packages: [busybox] }
accounts: { run-as: "65532" }
entrypoint: [/usr/bin/busybox]
${more}`;

const spec = `checks:
  - { name: speaks, when: { variant: runtime, distro: debian-13 }, command: [echo, hello], output: ^hello$ }
  - { name: has apt, when: { variant: dev }, command: [apt] }
`;
const failing = "checks: [{ name: speaks, command: [echo, hello], output: ^bye$ }]\n";

const catalogFiles = {
  "image/runs/debian-13/1.yaml": definition("runs", "platforms: [linux/amd64]"),
  "image/runs/check.yaml": spec,
  "image/fails/debian-13/1.yaml": definition("fails", "platforms: [linux/amd64]"),
  "image/fails/check.yaml": failing,
  "image/other/debian-13/1.yaml": definition("other", "platforms: [linux/arm64]"),
  "image/other/check.yaml": spec,
  "image/silent/debian-13/1.yaml": definition("silent", "platforms: [linux/amd64]"),
  "image/broken/debian-13/1.yaml": definition("broken", "platforms: [linux/riscv]"),
  "image/broken/check.yaml": spec,
  "image/spoilt/debian-13/1.yaml": definition("spoilt", "platforms: [linux/amd64]"),
  "image/spoilt/check.yaml": "checks: [{ name: a, comand: [b] }]\n",
};

describe.skipIf(missing !== null)(title("checking images of a catalogue and others"), () => {
  const open = async () => {
    const busybox = findBusybox() ?? new Uint8Array();
    const files = { "usr/bin/busybox": { content: busybox, mode: 0o755 } };
    const world = await smallWorld(catalogFiles, [{ name: "busybox", version: "1.0-1", files }]);
    return { catalog: world.catalog, ports: { ...world.ports, now: () => new Date() } };
  };
  const check = async (ports: Ports, references: readonly string[], more: Partial<CheckImagesRequest> = {}) => {
    const done: CheckedImage[] = [];
    const report = await checkImages(
      {
        references,
        spec: null,
        engine: "docker",
        platform: null,
        options: { readOnly: false, capDrop: [] },
        jobs: 2,
        done: (image) => done.push(image),
        ...more,
      },
      ports,
    );
    expect(schemaProblems("check", JSON.parse(JSON.stringify(report)))).toEqual([]);
    expect(done).toHaveLength(report.images.length);
    return report;
  };
  const loaded = async () => {
    const { stdout } = await execProgram("docker", ["image", "ls", "--format", "{{.Repository}}"]);
    return stdout.split("\n").filter((name) => /^localhost\/hardpan-check\/(runs|fails|other|silent)-1/.test(name));
  };

  it("builds an image, tries it as the catalogue says, and leaves it nowhere", async () => {
    const { ports } = await open();
    const steps: string[] = [];
    const report = { ...ports.report, step: (step: string) => steps.push(step) };
    const twice = ["catalog://runs:1", "catalog://runs:1"];
    const { engine, options, images, summary } = await check({ ...ports, report }, twice);
    expect(engine).toMatchObject({ kind: "docker", version: expect.stringMatching(/^\d/) });
    expect(options).toEqual({ readOnly: false, capDrop: [] });
    const result = [
      {
        image: { reference: "catalog://runs:1", digest: expect.stringMatching(/^sha256:/), platform: "linux/amd64" },
        spec: "image/runs/check.yaml",
        result: "passed",
        reason: null,
        checks: [
          { name: "speaks", result: "passed" },
          { name: "has apt", result: "skipped" },
        ],
      },
    ];
    expect(images).toMatchObject([...result, ...result]);
    expect(summary).toEqual({ images: 2, passed: 2, failed: 0, skipped: 0 });
    expect(steps.filter((step) => step.startsWith("loading"))).toEqual(["loading catalog://runs:1 into docker"]);
    expect(await loaded()).toEqual([]);
  }, 60_000);

  it("of all images tries those that it can, and says what became of the others", async () => {
    const { images, summary } = await check((await open()).ports, []);
    const told = images.map(({ image, result, code, reason }) => [
      image.reference,
      result,
      code,
      reason?.split("\n")[0],
    ]);
    expect(told).toEqual([
      [
        "catalog://broken (image/broken/debian-13/1.yaml)",
        "failed",
        "DEFINITION_INVALID",
        expect.stringMatching(/^image\/broken\/debian-13\/1.yaml:7:13: platforms\[0\]/),
      ],
      ["catalog://fails:1-debian13", "failed", null, undefined],
      ["catalog://other:1-debian13", "skipped", null, "other:1-debian13 is not made for linux/amd64"],
      ["catalog://runs:1-debian13", "passed", null, undefined],
      [
        "catalog://silent:1-debian13",
        "skipped",
        null,
        "there is no image/silent/check.yaml that says what catalog://silent:1-debian13 must do",
      ],
      [
        "catalog://spoilt:1-debian13",
        "failed",
        "CHECK_SPEC_INVALID",
        expect.stringMatching(
          /^image\/spoilt\/check.yaml:1:21: checks\[0\].comand: unknown key; did you mean `command`\?/,
        ),
      ],
    ]);
    expect(summary).toEqual({ images: 6, passed: 1, failed: 3, skipped: 2 });
    expect(await loaded()).toEqual([]);
  }, 60_000);

  it("of an image alone throws why it cannot be tried", async () => {
    const { ports } = await open();
    await expect(check(ports, ["catalog://silent:1"])).rejects.toMatchObject({ code: "FLOW_SPEC_MISSING" });
    await expect(check(ports, ["oci-dir://nowhere"])).rejects.toMatchObject({ code: "FLOW_SPEC_MISSING" });
    await expect(check(ports, ["catalog://spoilt:1"])).rejects.toMatchObject({ code: "CHECK_SPEC_INVALID" });
    await expect(check(ports, ["catalog://other:1"])).rejects.toMatchObject({ code: "FLOW_PLATFORM_UNSUPPORTED" });
    await expect(check(ports, ["catalog://runs:1"], { platform: "no/plat/form/at" })).rejects.toMatchObject({
      code: "OCI_PLATFORM_INVALID",
    });
  });

  it("skips an image for which there is nothing to try", async () => {
    const { catalog, ports } = await open();
    for (const [text, reason] of [
      ["checks: []", "its check.yaml has no checks"],
      ["checks: [{ name: a, when: { variant: dev } }]", "none of its checks is for this image"],
    ] as const) {
      const { images, summary } = await check(ports, ["catalog://silent:1"], { spec: await specIn(catalog, text) });
      expect(images).toMatchObject([{ result: "skipped", reason }]);
      expect(summary).toMatchObject({ passed: 0, skipped: 1 });
    }
  }, 60_000);

  it("has other images help, by any reference", async () => {
    const { catalog, ports } = await open();
    const spec = await specIn(
      catalog,
      `checks:
  - name: is helped
    command: [sleep, "100"]
    steps: [{ helper: { image: "catalog://runs:1", command: [echo, hello] }, output: ^hello$ }]
    stop: { signal: SIGKILL }
`,
    );
    const steps: string[] = [];
    const report = { ...ports.report, step: (step: string) => steps.push(step) };
    const { images } = await check({ ...ports, report }, ["catalog://silent:1"], { spec });
    expect(images[0]?.checks[0]?.steps).toMatchObject([
      { kind: "ready", result: "passed" },
      { kind: "helper", result: "passed", got: null },
      { kind: "stop", result: "passed" },
    ]);
    expect(steps.filter((step) => step.startsWith("loading"))).toEqual([
      "loading catalog://silent:1 into docker",
      "loading catalog://runs:1 into docker",
    ]);
    expect(await loaded()).toEqual([]);
  }, 60_000);

  async function specIn(catalog: string, text: string): Promise<string> {
    const file = join(catalog, "..", "spec.yaml");
    await writeFile(file, text);
    return file;
  }
});
