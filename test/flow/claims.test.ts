import { describe, expect, it } from "vitest";
import { buildFromCatalog } from "../../src/flow/build.ts";
import type { TestPackage } from "../support/debian-archive.ts";
import { dynamicElf } from "../support/dynamic-program.ts";
import { smallDefinition, smallSystem, smallWorld } from "../support/flow.ts";

const request = { kind: "image", name: "small:1", platforms: [], locked: null } as const;

const script = "  - { type: file, path: /usr/bin/run, mode: '0755', content: '#!/usr/bin/perl' }\n";
const setuid = "  - { type: file, path: /usr/bin/su, mode: '4755', content: x }\n";
const open = "  - { type: file, path: /srv/x, mode: '0666', content: x }\n";

const program: TestPackage = {
  name: "program",
  version: "1",
  architecture: "amd64",
  files: {
    "usr/bin/program": {
      content: dynamicElf({ interpreter: "/lib64/ld-linux-x86-64.so.2", needed: ["libgone.so.1"] }),
      mode: 0o755,
    },
  },
};

interface Case {
  readonly what: string;
  readonly rule: string;
  readonly definition: string;
  readonly message: RegExp;
}

const withPaths = (paths: string) => smallDefinition.replace("paths:\n", `paths:\n${paths}`);
const cases: readonly Case[] = [
  {
    what: "a setuid file",
    rule: "setuid",
    definition: withPaths(setuid),
    message: /^setuid: \/usr\/bin\/su has a set/,
  },
  {
    what: "what everybody may write",
    rule: "world-writable",
    definition: withPaths(open),
    message: /^world-writable: \/srv\/x /,
  },
  {
    what: "root",
    rule: "root-user",
    definition: smallDefinition.replace("run-as: app", "run-as: root"),
    message: /^root-user: the image runs as root/,
  },
  {
    what: "a script without its interpreter",
    rule: "missing-interpreter",
    definition: withPaths(script),
    message: /^missing-interpreter: .*\/usr\/bin\/run.*\/usr\/bin\/perl/,
  },
  {
    what: "a program without a library",
    rule: "missing-library",
    definition: smallDefinition
      .replace("libz1,", "libz1, program,")
      .replaceAll("/usr/bin/app", "/usr/bin/program")
      .replace(/ {2}- \{ type: file, path: \/usr\/bin\/program.*\n/, ""),
    message: /^missing-library: .*\/usr\/bin\/program.*libgone\.so\.1/,
  },
  {
    what: "a command that is not there",
    rule: "missing-command",
    definition: smallDefinition.replace("entrypoint: [/usr/bin/app]", "entrypoint: [/usr/bin/none]"),
    message: /^missing-command: .*\/usr\/bin\/none/,
  },
];

async function build(definition: string) {
  const { ports } = await smallWorld({ "image/small/debian-13/1.yaml": definition }, [...smallSystem, program]);
  return { ports, built: buildFromCatalog(request, ports) };
}

describe("an image that is not what its definition explains", () => {
  it.each(cases)("is refused for $what, with the label that would allow it", async ({ definition, rule, message }) => {
    const { built } = await build(definition);
    await expect(built).rejects.toMatchObject({
      code: "IMAGE_CLAIM_BROKEN",
      message: expect.stringMatching(message),
      hint: expect.stringContaining(`io.hardpan.allow.${rule}`),
    });
  });

  it.each(cases)("is built with $what where a label says why", async ({ definition, rule }) => {
    const allowed = definition.replace(
      "contents:\n",
      `labels: { io.hardpan.allow.${rule}: "for this test" }\ncontents:\n`,
    );
    const { built } = await build(allowed);
    expect((await built).known).toBe(false);
  });

  it("is refused again, and no record of it kept", async () => {
    const { ports, built } = await build(withPaths(setuid + open));
    await expect(built).rejects.toMatchObject({ message: expect.stringMatching(/^setuid: .*\nworld-writable: .*$/) });
    await expect(buildFromCatalog(request, ports)).rejects.toMatchObject({ code: "IMAGE_CLAIM_BROKEN" });
  });

  it("needs a reason, not only a label", async () => {
    const { built } = await build(
      withPaths(setuid).replace("contents:\n", 'labels: { io.hardpan.allow.setuid: "" }\ncontents:\n'),
    );
    await expect(built).rejects.toMatchObject({ message: expect.stringContaining("gives no reason") });
  });
});
