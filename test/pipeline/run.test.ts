import { describe, expect, it } from "vitest";
import { type BuildRequest, runBuild } from "../../src/pipeline/run.ts";
import { localHost } from "../../src/pipeline/sandbox/host.ts";
import type { Stage } from "../../src/pipeline/stage/root.ts";
import { singleOwnership } from "../../src/pipeline/stage/single-ownership.ts";
import { busyboxRoot, findBusybox, rootEntry } from "../support/busybox.ts";
import { has } from "../support/program.ts";
import { epoch, stageOf, step } from "../support/sandbox.ts";

const host = localHost();
const busybox = has("bwrap") ? findBusybox() : null;
const root = busybox === null ? [] : busyboxRoot(busybox);

async function build(
  stage: Stage,
  request: Partial<BuildRequest>,
  options: { readonly bubblewrap?: readonly string[] } = {},
) {
  const lines: string[] = [];
  const entries = await runBuild(
    {
      ...{ definition: "image/x.yaml", build: "lib", platform: `linux/${host.machine}`, steps: [], outputs: [] },
      ...{ epoch, allowNetwork: false },
      ...request,
    },
    stage,
    { host: { ...host, ...options }, secrets: new Map(), log: (line, name) => lines.push(`${name}: ${line}`) },
  );
  return { lines, entries };
}

describe.skipIf(busybox === null)("runBuild (skipped without bwrap and a static busybox)", () => {
  it("runs steps in order and gives the same outputs whenever it runs", async () => {
    const request = {
      steps: [
        step("mkdir -p /out/share; echo $SOURCE_DATE_EPOCH > /out/share/date; ln /out/share/date /out/again", {
          name: "make",
        }),
        step("cat /out/again; ln -s ../share /out/share/link; touch /elsewhere /tmp/scratch", { name: "link" }),
      ],
      outputs: [{ source: "/out", target: "/usr/local", uid: 0, gid: 0 }],
    };
    const first = await build(await stageOf(root), request);
    await new Promise((resolve) => setTimeout(resolve, 1100));
    const second = await build(await stageOf(root), request);
    const plain = ({ entries }: typeof first) => entries.map(({ content: _, ...entry }) => entry);
    expect(plain(first)).toEqual(plain(second));
    expect(first.lines).toEqual([`link: ${epoch}`]);
    expect(plain(first).map(({ path, type, mtime }) => `${path} ${type} ${mtime}`)).toEqual([
      ...[`usr/local directory ${epoch}`, `usr/local/again file ${epoch}`, `usr/local/share directory ${epoch}`],
      ...[`usr/local/share/date link ${epoch}`, `usr/local/share/link symlink ${epoch}`],
    ]);
  });

  it("has in a diff what steps changed, and nothing the sandbox made", async () => {
    const etc = [rootEntry("etc/conf", { content: Buffer.from("old") }), rootEntry("etc/gone"), rootEntry("etc/stays")];
    const stage = await stageOf([...root, ...etc]);
    const steps = [
      step("echo new > /etc/conf; rm /etc/gone; chmod 600 /etc/stays; echo x > /tmp/x", { workDir: "/work" }),
    ];
    const { entries } = await build(stage, { steps, outputs: [{ source: "/", target: "/", diff: true }] });
    expect(entries.map(({ path, type }) => `${path} ${type}`)).toEqual([
      ...["etc/conf file", "etc/gone whiteout", "etc/stays file", "work directory"],
    ]);
  });

  it("refuses a step that wants the network before any step has run", async () => {
    const stage = await stageOf(root);
    const steps = [step("touch /ran"), step("true", { name: "fetch", network: true })];
    await expect(build(stage, { steps })).rejects.toMatchObject({
      code: "PIPELINE_NETWORK_REFUSED",
      message: 'step "fetch" of build "lib" in image/x.yaml is privileged: it wants the network',
      hint: expect.stringContaining("--allow-network"),
    });
    await expect(build(stage, { outputs: [{ source: "/ran", target: "/ran" }] })).rejects.toMatchObject({
      code: "PIPELINE_OUTPUT_EMPTY",
    });
    await build(stage, { steps, allowNetwork: true, outputs: [{ source: "/ran", target: "/ran" }] });
  });

  it("stops at the first step that fails", async () => {
    const stage = await stageOf(root);
    const steps = [step("exit 3", { name: "bad" }), step("touch /ran")];
    await expect(build(stage, { steps })).rejects.toMatchObject({
      code: "PIPELINE_STEP_FAILED",
      message: 'step "bad" of build "lib" in image/x.yaml ended with status 3; it printed nothing',
    });
    await expect(build(stage, { outputs: [{ source: "/ran", target: "/" }] })).rejects.toMatchObject({
      code: "PIPELINE_OUTPUT_EMPTY",
    });
  });

  it("refuses to lose the owners of what another user makes, where files have none", async () => {
    const stage = await stageOf(root);
    const alone = { ...stage, ownership: singleOwnership() };
    const steps = [step("true"), step("touch /made", { name: "make", user: { uid: 7, gid: 7 } })];
    await expect(build(alone, { steps, outputs: [{ source: "/", target: "/", diff: true }] })).rejects.toMatchObject({
      code: "PIPELINE_SANDBOX_UNAVAILABLE",
      message: expect.stringContaining('step "make" of build "lib" in image/x.yaml runs as another user'),
      hint: expect.stringContaining("/etc/subuid"),
    });
  });

  it("says which step needs bubblewrap where there is none", async () => {
    await expect(build(await stageOf(root), { steps: [step("true")] }, { bubblewrap: [] })).rejects.toMatchObject({
      code: "PIPELINE_SANDBOX_UNAVAILABLE",
      message: expect.stringContaining('step "try" of build "lib" in image/x.yaml cannot run'),
    });
  });
});
