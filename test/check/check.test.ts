import { tmpdir } from "node:os";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { checkImage } from "../../src/check/check.ts";
import type { ImageResult } from "../../src/check/result.ts";
import type { CheckOptions } from "../../src/check/run/world.ts";
import { parseSpec } from "../../src/check/spec/read.ts";
import type { Exec } from "../../src/engine/exec.ts";
import { engineKinds, openTestEngine, type TestEngine } from "../support/engines.ts";

const unrestricted: CheckOptions = { readOnly: false, capDrop: [] };
const labels = { "io.hardpan.variant": "runtime", "io.hardpan.distro": "debian-13", "io.hardpan.version": "1.2.3" };

describe.each(engineKinds)("images in $kind", ({ kind, missing }) => {
  let opened: TestEngine;
  const started: (readonly string[])[] = [];
  const skipped = missing === null ? "" : ` (skipped: ${missing})`;
  beforeAll(async () => {
    if (missing === null) opened = await openTestEngine(kind, { labels });
  }, 60_000);
  afterAll(async () => await opened?.[Symbol.asyncDispose]());

  const check = async (
    text: string,
    {
      options = unrestricted,
      signal = new AbortController().signal,
    }: { options?: CheckOptions; signal?: AbortSignal } = {},
  ): Promise<ImageResult> => {
    const spec = parseSpec(text, { file: "check.yaml", source: () => ({ problem: "no files here" }) });
    const { engine, image } = opened;
    const exec: Exec = async (command, args, execOptions) => {
      started.push(args);
      return await engine.exec(command, args, execOptions);
    };
    return await checkImage(
      { name: image, reference: `local://${image}`, labels, stopSignal: null },
      { spec, options },
      {
        engine: { ...engine, exec },
        helperImage: async () => image,
        temporaryDirectory: tmpdir(),
        clock: () => Date.now(),
        signal,
      },
    );
  };
  const leftOvers = async () => {
    const filter = `--filter=label=io.hardpan.check.image=local://${opened.image}`;
    const lists = [
      ["ps", "--all", "--quiet", filter],
      ["volume", "ls", "--quiet", filter],
      ["network", "ls", "--quiet", filter],
    ];
    const { engine } = opened;
    return (await Promise.all(lists.map(async (args) => (await engine.exec(engine.command, args)).stdout))).join("");
  };

  it.skipIf(missing !== null)(
    `run commands to their end${skipped}`,
    async () => {
      const { result, checks } = await check(`
checks:
  - { name: prints, command: [sh, -c, "echo out; echo err >&2"], output: ^out$, error-output: ^err$, not-output: err }
  - { name: reads, command: [busybox, cat], stdin: "one\\ntwo\\n", output: ^two$ }
  - name: is put where and as whom it is told
    command: [sh, -c, 'echo "$PWD $(id -u):$(id -g) $A"; cat /made/here/file; stat -c "%a %u" /made/here/file']
    user: "7:8"
    work-dir: /bin
    environment: { A: a value }
    files: [{ path: /made/here/file, content: "text\\n", mode: "0604" }]
    output: '^/bin 7:8 a value\\ntext\\n604 0$'
  - { name: replaces the entry point, entrypoint: [busybox, echo], command: [hello], output: ^hello$ }
  - { name: ends otherwise, command: [sh, -c, "echo why >&2; exit 3"] }
  - { name: ends otherwise as it should, command: [sh, -c, "exit 3"], exit-code: [2, 3] }
  - { name: is not there, command: [absent] }
  - { name: is not there as it should, command: [absent], exit-code: 127 }
  - { name: is none, command: [/file], files: [{ path: /file, content: "#!/bin/sh" }], exit-code: 126 }
  - { name: does not end, command: [busybox, sleep, "60"], timeout: 1 }
  - { name: prints more than is read, command: [sh, -c, "yes | head -c 3000000; echo end"], output: ^y$, not-output: end }
  - { name: has no network, network: none, command: [sh, -c, "ls /sys/class/net"], output: ^lo$, not-output: eth }
  - { name: is of another variant, when: { variant: dev }, command: [absent] }
`);
      const failures = checks.flatMap(({ name, steps }) =>
        steps.filter((step) => step.result === "failed").map(({ expected, got }) => [name, expected, got]),
      );
      expect(failures).toEqual([
        ["ends otherwise", "exit code 0", 'exit code 3, having written "why"'],
        ["is not there", "exit code 0", expect.stringMatching(/^could not be started: .*absent.* not found/)],
        ["does not end", "ends within 1 s", "ran on, having written nothing"],
      ]);
      expect(checks.at(-1)).toMatchObject({
        result: "skipped",
        reason: "only for variant dev; the image has runtime",
        steps: [],
      });
      expect(result).toBe("failed");
      expect(await leftOvers()).toBe("");
    },
    120_000,
  );

  it.skipIf(missing !== null)(
    `are used as services: asked, restarted with their volumes, stopped${skipped}`,
    async () => {
      started.length = 0;
      const { result, checks } = await check(`
checks:
  - name: serves
    user: "0"
    volumes: [/data]
    files: [{ path: /www/index.html, content: "<p>hello\\n" }]
    command: &server [sh, -c, "trap 'echo bye; exit 0' TERM; echo begins >&2; httpd -f -v -p 8080 -h /www & wait"]
    ready: { http: { port: 8080 } }
    steps:
      - { http: { port: 8080, path: / }, status: 200, headers: { Content-Type: ^text/html }, body: ^<p>hello$ }
      - { http: { port: 8080, path: /none }, status: [403, 404] }
      - { command: [sh, -c, "cat > /data/kept; echo $A"], stdin: one, environment: { A: said }, output: ^said$ }
      - { helper: { command: [busybox, wget, -q, -O-, "http://service:8080/"] }, output: hello }
      - { helper: { image: another, entrypoint: [busybox], command: [cat] }, stdin: piped, output: ^piped$ }
      - { log: ^begins$ }
      - { restart: true }
      - { command: [busybox, cat, /data/kept], output: ^one$ }
    stop: { exit-code: 0 }
  - { name: takes connections, files: [{ path: /www/x, content: x }], command: *server, ready: { tcp: 8080 }, steps: [] }
  - { name: has its own signal, command: [sh, -c, "trap 'exit 5' USR1; while :; do sleep 0.1; done"], stop: { signal: USR1, exit-code: 5 } }
`);
      const failed = checks.flatMap(({ name, steps, log }) =>
        steps.filter((step) => step.result !== "passed").map((step) => ({ name, step, log })),
      );
      expect(failed).toEqual([]);
      expect(checks[0]?.steps.map(({ kind }) => kind)).toEqual(
        "ready http http command helper helper log restart command stop".split(" "),
      );
      expect(result).toBe("passed");
      const published = started.flat().filter((option) => option.startsWith("--publish"));
      expect([...new Set(published)]).toEqual(["--publish=127.0.0.1::8080/tcp"]);
      expect(await leftOvers()).toBe("");
    },
    120_000,
  );

  it.skipIf(missing !== null)(
    `that do not what they should as services are told with what they wrote${skipped}`,
    async () => {
      const { checks } = await check(`
checks:
  - { name: ends at once, command: [sh, -c, "echo one; sleep 0.3; echo two >&2; exit 3"], ready: { tcp: 8080 } }
  - { name: ends later, command: [sh, -c, "sleep 2; exit 4"], steps: [{ log: never }, { command: [busybox, true] }] }
  - { name: is deaf, command: [busybox, sleep, "60"], stop: { timeout: 1 } }
  - { name: ends badly, command: [sh, -c, "trap 'exit 9' TERM; while :; do sleep 0.1; done"], steps: [] }
  - { name: never listens, command: [busybox, sleep, "60"], ready: { tcp: 8080, http: { port: 8081 }, timeout: 1 } }
  - { name: is not asked well, command: [busybox, sleep, "60"], steps: [{ http: { port: 80 }, timeout: 2 }] }
`);
      const failures = checks.map(({ name, steps, log }) => {
        const step = steps.find(({ result }) => result === "failed");
        return [name, step?.kind, step?.expected, step?.got, log];
      });
      expect(failures).toEqual([
        ["ends at once", "ready", "connections on port 8080 within 60 s", "it ended with exit code 3", ["one", "two"]],
        ["ends later", "log", "a line with never within 30 s", "it ended with exit code 4", []],
        ["is deaf", "stop", "ends within 1 s of SIGTERM", "it had to be killed", []],
        ["ends badly", "stop", "ends with exit code 0 or 143 after SIGTERM", "exit code 9", []],
        ["never listens", "ready", expect.stringMatching(/8080 or .* port 8081 within 1 s$/), "not in that time", []],
        ["is not asked well", "http", "an answer on port 80 within 2 s", expect.any(String), []],
      ]);
      expect(checks[1]?.steps.map(({ result }) => result)).toEqual(["passed", "failed", "skipped", "skipped"]);
      expect(await leftOvers()).toBe("");
    },
    120_000,
  );

  it.skipIf(missing !== null)(
    `get a read-only root, memory to write to, and no capabilities, where that is asked for${skipped}`,
    async () => {
      const options = { readOnly: true, capDrop: ["ALL"] };
      const { checks } = await check(
        `
tmpfs: ["/scratch:uid=65532,gid=65532,mode=0750,size=1m", /tmp]
checks:
  - name: writes to memory only
    files: [{ path: /scratch/given/file, content: given }, { path: /etc/other, content: other, mode: "0604" }]
    command: [sh, -c, 'touch /scratch/a /tmp/b && stat -c %a:%u /scratch; cat /scratch/given/file /etc/other; touch /c /var/tmp/d /run/e']
    exit-code: 1
    output: '^750:65532\\ngivenother$'
    error-output: Read-only file system
  - name: has no privileges
    user: "0"
    command: [sh, -c, "grep -E 'CapEff|CapBnd|NoNewPrivs' /proc/self/status"]
    output: '^CapEff:\\t0+\\nCapBnd:\\t0+\\nNoNewPrivs:\\t1$'
`,
        { options },
      );
      expect(checks.flatMap(({ steps }) => steps.map(({ expected, got }) => [expected, got]))).toEqual([
        [null, null],
        [null, null],
      ]);
    },
    120_000,
  );

  it.skipIf(missing !== null)(
    `leave nothing behind when they are interrupted${skipped}`,
    async () => {
      const interruption = new AbortController();
      started.length = 0;
      const running = check(
        `
checks:
  - { name: waits, volumes: [/data], command: [busybox, sleep, "600"], steps: [{ log: never, timeout: 600 }] }
`,
        { signal: interruption.signal },
      );
      const failure = running.catch((cause: unknown) => cause);
      await vi.waitFor(() => expect(started.some(([first]) => first === "logs")).toBe(true), 60_000);
      expect(await leftOvers()).not.toBe("");
      interruption.abort(new Error("interrupted"));
      expect(await failure).toMatchObject({ message: "interrupted" });
      expect(await leftOvers()).toBe("");
    },
    120_000,
  );
});
