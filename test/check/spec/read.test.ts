import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { parseSpec } from "../../../src/check/spec/read.ts";

const read = (text: string) =>
  parseSpec(text, {
    file: "check.yaml",
    source: (path) => (path === "there" ? Buffer.from("from a file") : { problem: "cannot be read: ENOENT" }),
  });

const unsettled = {
  command: null,
  entrypoint: null,
  user: null,
  workDir: null,
  environment: {},
  files: [],
  volumes: [],
  network: "private",
};
const anyEnd = { exitCodes: [0], output: null, notOutput: null, errorOutput: null };
const always = { variant: null, flavor: null, fips: null, distro: null, version: null };

describe("a run verification", () => {
  it("needs no more than a check's name", () => {
    expect(read("checks: [{ name: starts }]")).toEqual({
      tmpfs: [],
      checks: [
        {
          kind: "command",
          name: "starts",
          when: always,
          container: unsettled,
          stdin: null,
          expectation: anyEnd,
          timeout: 60,
        },
      ],
    });
  });

  it("reads everything that a command may have", () => {
    const { tmpfs, checks } = read(`
tmpfs: [/tmp, "/run/nginx:uid=65532,gid=65532,mode=0755,size=10m"]
checks:
  - name: all of it
    when: { variant: runtime, flavor: ["", compat], fips: true, distro: debian-13, version: 1.20 }
    command: [a, 1, true]
    entrypoint: []
    user: "0"
    work-dir: /tmp
    environment: { A: 1.10 }
    files: [{ path: /a b, content: text, mode: "0600" }, { path: /c, source: there }]
    volumes: [/data]
    network: none
    stdin: 1
    exit-code: [0, 3]
    output: ^a$
    not-output: b
    error-output: c
    timeout: 5
`);
    expect(tmpfs).toEqual(["/tmp", "/run/nginx:uid=65532,gid=65532,mode=0755,size=10m"]);
    expect(checks[0]).toEqual({
      kind: "command",
      name: "all of it",
      when: { variant: ["runtime"], flavor: ["", "compat"], fips: true, distro: ["debian-13"], version: ["1.20"] },
      container: {
        command: ["a", "1", "true"],
        entrypoint: [],
        user: "0",
        workDir: "/tmp",
        environment: { A: "1.10" },
        files: [
          { path: "/a b", mode: 0o600, content: Buffer.from("text") },
          { path: "/c", mode: 0o644, content: Buffer.from("from a file") },
        ],
        volumes: ["/data"],
        network: "none",
      },
      stdin: "1",
      expectation: { exitCodes: [0, 3], output: /^a$/m, notOutput: /b/m, errorOutput: /c/m },
      timeout: 5,
    });
  });

  it("reads what is done with a service, and names each step", () => {
    const [service] = read(`
checks:
  - name: serves
    ready: { http: { port: 80 }, tcp: 81, log: up, command: [ping], timeout: 9 }
    steps:
      - { command: [get, key], user: nobody, stdin: "", output: value }
      - { helper: { image: catalog://curl:8, command: [service] }, timeout: 3 }
      - { helper: {}, name: a helper of its own }
      - { http: { port: 80, path: /x, method: POST, headers: { A: b }, body: c }, status: [200, 201], headers: { ETag: "^." }, body: d }
      - { log: done }
      - { restart: true }
    stop: { signal: SIGINT, timeout: 2, exit-code: 1 }
`).checks;
    expect(service).toEqual({
      kind: "service",
      name: "serves",
      when: always,
      container: unsettled,
      ready: { http: { port: 80, path: "/" }, tcp: 81, log: /up/m, command: ["ping"], timeout: 9 },
      steps: [
        {
          kind: "command",
          name: "get key",
          command: ["get", "key"],
          user: "nobody",
          workDir: null,
          environment: {},
          stdin: "",
          expectation: { ...anyEnd, output: /value/m },
          timeout: 60,
        },
        {
          kind: "helper",
          name: "a helper: service",
          image: "catalog://curl:8",
          container: { ...unsettled, command: ["service"] },
          stdin: null,
          expectation: anyEnd,
          timeout: 3,
        },
        {
          kind: "helper",
          name: "a helper of its own",
          image: null,
          container: unsettled,
          stdin: null,
          expectation: anyEnd,
          timeout: 60,
        },
        {
          kind: "http",
          name: "POST /x on port 80",
          request: { port: 80, path: "/x", method: "POST", headers: { A: "b" }, body: "c" },
          statuses: [200, 201],
          headers: { etag: /^./m },
          body: /d/m,
          timeout: 60,
        },
        { kind: "log", name: "logs done", pattern: /done/m, timeout: 30 },
        { kind: "restart", name: "restart" },
      ],
      stop: { signal: "SIGINT", timeout: 2, exitCodes: [1] },
    });
  });

  it.each(["ready: {}", "steps: []", "stop: {}"])(
    "is of a service that runs and is stopped, with no more than %s",
    (key) => {
      expect(read(`checks: [{ name: runs, ${key} }]`).checks[0]).toMatchObject({
        kind: "service",
        ready: { http: null, tcp: null, log: null, command: null, timeout: 60 },
        steps: [],
        stop: { signal: null, timeout: 10, exitCodes: null },
      });
    },
  );

  it.each([
    ["no checks", "tmpfs: []", "1:1: checks: is missing"],
    [
      "an unknown key",
      "checks:\n  - { name: a, comand: [b] }",
      "2:16: checks[0].comand: unknown key; did you mean `command`?",
    ],
    ["a check without a name", "checks: [{ command: [a] }]", "1:10: checks[0].name: is missing"],
    ["a name of several lines", 'checks: [{ name: "a\\nb" }]', "1:18: checks[0].name: must be a line of text"],
    [
      "a bad pattern",
      "checks:\n  - name: a\n    output: '(b'",
      "3:13: checks[0].output: is no regular expression: Unterminated group",
    ],
    [
      "a bad pattern of a header",
      "checks: [{ name: a, steps: [{ http: { port: 1 }, headers: { a: '[' } }] }]",
      "checks[0].steps[0].headers.a: is no regular expression: ",
    ],
    [
      "a path that leads out",
      "checks: [{ name: a, files: [{ path: /a/../b, content: c }] }]",
      "1:37: checks[0].files[0].path: must be an absolute path",
    ],
    [
      "a path with a colon",
      "checks: [{ name: a, volumes: ['/a:/b'] }]",
      "checks[0].volumes[0]: must be an absolute path",
    ],
    ["the root as a volume", "checks: [{ name: a, volumes: [/] }]", "checks[0].volumes[0]: must be an absolute path"],
    [
      "a file without content",
      "checks: [{ name: a, files: [{ path: /a }] }]",
      "checks[0].files[0]: needs either `content` or `source`",
    ],
    [
      "a source that is not there",
      "checks:\n  - name: a\n    files: [{ path: /a, source: absent }]",
      "3:33: checks[0].files[0].source: cannot be read: ENOENT",
    ],
    [
      "another option of a tmpfs",
      "tmpfs: ['/a:uid=1,rshared']\nchecks: []",
      "1:9: tmpfs[0]: must be an absolute path, and perhaps",
    ],
    [
      "a step that is two",
      "checks: [{ name: a, steps: [{ log: a, restart: true }] }]",
      "1:29: checks[0].steps[0]: a step is one of command, helper, http, log and restart",
    ],
    [
      "a key of another kind of step",
      "checks: [{ name: a, steps: [{ log: a, status: 200 }] }]",
      "1:47: checks[0].steps[0].status: does not go with `log`",
    ],
    [
      "an end of a service",
      "checks: [{ name: a, steps: [], exit-code: 1 }]",
      "checks[0].exit-code: is for a command that runs to its end",
    ],
    [
      "a request without network",
      "checks: [{ name: a, network: none, ready: { tcp: 1 } }]",
      "checks[0].network: http, tcp and helper need a network",
    ],
    [
      "a restart that is none",
      "checks: [{ name: a, steps: [{ restart: false }] }]",
      "checks[0].steps[0].restart: must be true",
    ],
    ["another variant", "checks: [{ name: a, when: { variant: slim } }]", "checks[0].when.variant: must be"],
    [
      "a port too high",
      "checks: [{ name: a, ready: { tcp: 65536 } }]",
      "checks[0].ready.tcp: must be a port from 1 to 65535",
    ],
    ["an exit code too high", "checks: [{ name: a, exit-code: 256 }]", "checks[0].exit-code: must be"],
    [
      "a time too long",
      "checks: [{ name: a, timeout: 1h }]",
      "checks[0].timeout: must be a number of seconds from 1 to 3600",
    ],
    [
      "a blank in a request's path",
      "checks: [{ name: a, steps: [{ http: { port: 1, path: /a b } }] }]",
      "checks[0].steps[0].http.path: must be a path",
    ],
    [
      "a method that makes a tunnel",
      "checks: [{ name: a, steps: [{ http: { port: 1, method: CONNECT } }] }]",
      "http.method: must be a method",
    ],
    [
      "an end of line in a header",
      'checks: [{ name: a, steps: [{ http: { port: 1, headers: { a: "b\\nc" } } }] }]',
      "headers.a: must be a header's value on one line",
    ],
    ["no YAML", "checks: [", "check.yaml:1:10: "],
  ])("is refused for %s, with its place", (_, text, message) => {
    expect(() => read(text)).toThrow(
      expect.objectContaining({ code: "CHECK_SPEC_INVALID", message: expect.stringContaining(message) }),
    );
  });

  it("gives every problem, not only the first", () => {
    expect(() => read("checks:\n  - { name: a, output: '(' }\n  - { name: b, timeout: 0 }\n")).toThrow(
      /:2:24: .*\n.*:3:25: /,
    );
  });

  it("is read or refused, whatever it holds", () => {
    const keys = "checks name when command files path content source mode steps ready http port log stop helper".split(
      " ",
    );
    const scalar = fc.oneof(fc.string(), fc.constantFrom("", "(", "/a", "0644", "true", "80"), fc.integer());
    const value = fc.letrec((tie) => ({
      any: fc.oneof({ maxDepth: 6 }, scalar, fc.array(tie("any"), { maxLength: 4 }), tie("map")),
      map: fc.dictionary(fc.constantFrom(...keys), tie("any"), { maxKeys: 5 }),
    }));
    fc.assert(
      fc.property(fc.array(value.any, { maxLength: 4 }), (checks) => {
        try {
          expect(read(stringify({ checks })).checks).toHaveLength(checks.length);
        } catch (cause) {
          expect(cause).toMatchObject({ code: "CHECK_SPEC_INVALID" });
        }
      }),
      { numRuns: 300 },
    );
  });
});
