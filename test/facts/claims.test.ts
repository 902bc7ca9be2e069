import { describe, expect, it } from "vitest";
import { type Claims, checkClaims } from "../../src/facts/claims.ts";
import { exceptionsIn, parseException } from "../../src/facts/exception.ts";
import type { AuditedFacts } from "../../src/facts/model.ts";
import { dynamicElf } from "../support/dynamic-program.ts";
import { audited } from "./audit/audited.ts";
import { program, type TestLayer } from "./layers.ts";

const sound: TestLayer = { "etc/passwd": "app:x:1000:1000::/:\n", "usr/bin/server": program(dynamicElf()) };
const container = { user: "app", cmd: ["server"], exposedPorts: ["443/tcp", "80/tcp"] };
const runtime: Claims = { variant: "runtime", fips: false, allowed: {} };

/** An image with something against every rule an exception can be made from. */
const unsound: TestLayer = {
  "usr/bin/su": program(dynamicElf(), 0o4755),
  "usr/bin/newgrp": program(dynamicElf(), 0o2755),
  "srv/open": { content: "x", mode: 0o666 },
  "usr/bin/run": program("#!/usr/bin/perl\n"),
  "usr/bin/tool": program(dynamicElf({ interpreter: "/lib64/ld-linux-x86-64.so.2" })),
  "usr/lib/liba.so": dynamicElf({ needed: ["libgone.so"] }),
  "usr/bin/sh": program(dynamicElf()),
  "usr/bin/apt-get": program(dynamicElf()),
};

async function problems(facts: AuditedFacts | Promise<AuditedFacts>, claims: Partial<Claims> = {}) {
  return checkClaims(await facts, { ...runtime, ...claims }).map(({ rule, path }) => `${rule} ${path ?? "-"}`);
}

describe("checkClaims", () => {
  it("finds nothing wrong with an image that is what is promised", async () => {
    const claims = { user: "app", uid: 1000, entrypoint: [], cmd: ["server"], ports: ["80/tcp", "443/tcp"] };
    expect(await problems(audited(sound, container), claims)).toEqual([]);
  });

  it("finds what is against each rule", async () => {
    expect(await problems(audited(unsound, { cmd: ["gone"] }))).toEqual([
      "missing-command -",
      "missing-interpreter /usr/bin/run",
      "missing-interpreter /usr/bin/tool",
      "missing-library /usr/lib/liba.so",
      "package-manager-in-runtime -",
      "root-user -",
      "setuid /usr/bin/newgrp",
      "setuid /usr/bin/su",
      "shell-in-runtime /usr/bin/sh",
      "world-writable /srv/open",
    ]);
  });

  it("says what and where, and how to mend or to allow it", async () => {
    const found = checkClaims(await audited(unsound, { cmd: ["gone"] }), runtime);
    for (const { rule, path, message, hint } of found) {
      if (path !== null) expect(message).toContain(path);
      expect(hint).toContain(`io.hardpan.allow.${rule}`);
    }
    expect(found.find(({ rule }) => rule === "missing-library")?.message).toContain("libgone.so");
  });

  it("lets a dev variant be root and have shells and package managers, and nothing else", async () => {
    const rules = (await problems(audited(unsound, { cmd: ["gone"] }), { variant: "dev" })).map(
      (line) => line.split(" ")[0],
    );
    expect(new Set(rules)).toEqual(
      new Set(["missing-command", "missing-interpreter", "missing-library", "setuid", "world-writable"]),
    );
  });

  it("lets a runtime have the shell and the package managers its definition lists", async () => {
    const layer = { ...sound, "usr/bin/sh": program(dynamicElf()), "usr/bin/apt": program(dynamicElf()) };
    const claims = { shells: { dash: ["dash", "sh"] }, packageManagers: ["apt"] };
    expect(await problems(audited(layer, container), claims)).toEqual([]);
    expect(await problems(audited(sound, container), claims)).toEqual(["not-as-claimed -", "not-as-claimed -"]);
  });

  it("finds the shells of a runtime that are none of those its definition lists", async () => {
    const shells = ["dash", "sh", "zsh", "bash"].map((name) => [`usr/bin/${name}`, program(dynamicElf())]);
    const layer = { ...sound, ...Object.fromEntries(shells) };
    expect(await problems(audited(layer, container), { shells: { dash: ["dash", "sh"] } })).toEqual([
      "shell-in-runtime /usr/bin/bash",
      "shell-in-runtime /usr/bin/zsh",
    ]);
  });

  it("misses a listed shell though the image has another", async () => {
    const layer = { ...sound, "usr/bin/bash": program(dynamicElf()) };
    const claims = { shells: { bash: ["bash"], dash: ["dash", "sh"] } };
    const [problem] = checkClaims(await audited(layer, container), { ...runtime, ...claims });
    expect(problem).toMatchObject({ rule: "not-as-claimed", message: expect.stringContaining("package dash") });
  });

  it("does not complain of what is only possible", async () => {
    const layer = {
      ...sound,
      "usr/share/doc/x/example": program("#!/usr/bin/perl\n"),
      "usr/lib/x/plugin.so": dynamicElf({ needed: ["libgone.so"] }),
      tmp: { type: "directory", mode: 0o1777 },
    } as const;
    expect(await problems(audited(layer, container))).toEqual([]);
  });

  it.each<[string, Partial<Claims>]>([
    ["another user", { user: "other" }],
    ["another uid", { uid: 1 }],
    ["another entrypoint", { entrypoint: ["/init"] }],
    ["another command", { cmd: ["server", "--flag"] }],
    ["other ports", { ports: ["80/tcp"] }],
  ])("refuses an image with %s than is promised, whatever is allowed", async (_, claims) => {
    expect(await problems(audited(sound, container), claims)).toEqual(["not-as-claimed -"]);
  });

  it("refuses a user the image does not know, in a dev variant too", async () => {
    expect(await problems(audited(sound, { ...container, user: "nobody" }), { variant: "dev" })).toEqual([
      "unknown-user -",
    ]);
  });

  it("refuses an image that is to be FIPS compliant and has FIPS off, and says why", async () => {
    const [problem] = checkClaims(await audited(sound, container), { ...runtime, fips: true });
    expect(problem).toMatchObject({ rule: "fips-off", path: null });
    expect(problem?.message).toContain("there is no provider fips.so");
  });

  it("sees capabilities as it sees setuid bits", async () => {
    const value = Buffer.alloc(20);
    value.writeUInt32LE(0x02000001, 0);
    value.writeUInt32LE(1 << 13, 4);
    const xattrs = new Map([["security.capability", value]]);
    const layer = { ...sound, "usr/bin/ping": { content: "x", mode: 0o755, xattrs } };
    const [problem] = checkClaims(await audited(layer, container), runtime);
    expect(problem).toMatchObject({ rule: "setuid", path: "/usr/bin/ping" });
    expect(problem?.message).toContain("cap_net_raw=ep");
  });
});

describe("exceptions", () => {
  const facts = audited(
    { ...sound, "usr/bin/su": program(dynamicElf(), 0o4755), "opt/x/su": program("", 0o4755) },
    container,
  );

  it("hold for a whole rule, for paths, or for all below a folder", async () => {
    const left = async (setuid: string) => await problems(facts, { allowed: { setuid } });
    expect(await left("needed by the service")).toEqual([]);
    expect(await left("/usr/bin/su: needed")).toEqual(["setuid /opt/x/su"]);
    expect(await left("/opt/: tools")).toEqual(["setuid /usr/bin/su"]);
    expect(await left("/usr/bin/su /opt/: both")).toEqual([]);
    expect(await left("/usr/bin: a folder is meant by its slash")).toHaveLength(2);
  });

  it("are problems where they cannot be understood", async () => {
    const found = checkClaims(await facts, {
      ...runtime,
      allowed: { setuids: "a typing error", setuid: "/usr/bin/su:" },
    });
    expect(found.map(({ rule, message }) => `${rule}: ${message}`)).toEqual([
      "exception: io.hardpan.allow.setuid gives no reason after its paths",
      "exception: there is no rule that io.hardpan.allow.setuids could be an exception from",
      expect.stringContaining("setuid: /opt/x/su"),
      expect.stringContaining("setuid: /usr/bin/su"),
    ]);
  });

  it("cannot be made from what a definition itself says", async () => {
    const allowed = { "fips-off": "later", "not-as-claimed": "so be it", "unknown-user": "surely not root" };
    const found = await problems(facts, { allowed: { ...allowed, setuid: "needed" }, fips: true });
    expect(found).toEqual(["exception -", "exception -", "exception -", "fips-off -"]);
  });

  it("are read from labels", () => {
    expect(exceptionsIn({ "io.hardpan.name": "x", "io.hardpan.allow.setuid": "reason" })).toEqual({ setuid: "reason" });
  });

  it.each([
    ["a reason", { paths: null, reason: "a reason" }],
    ["a reason: with more", { paths: null, reason: "a reason: with more" }],
    ["/a: b", { paths: ["/a"], reason: "b" }],
    ["  /a   /b/ :  c: d ", { paths: ["/a", "/b/"], reason: "c: d" }],
    ["/a:b: c", { paths: ["/a:b"], reason: "c" }],
    ["/a:\n  several lines", { paths: ["/a"], reason: "several lines" }],
    ["/a:b", { paths: ["/a"], reason: "b" }],
    ["/a /b/:needed by x", { paths: ["/a", "/b/"], reason: "needed by x" }],
    ["/a", { fault: "gives no reason: after the paths it has no colon with a blank and a reason" }],
    ["/a:/b", { fault: "gives no reason: after the paths it has no colon with a blank and a reason" }],
    ["/a:b:c", { fault: "gives no reason: after the paths it has no colon with a blank and a reason" }],
    ["/a: ", { fault: "gives no reason after its paths" }],
    ["/a b: c", { fault: "names b before its colon, which is not an absolute path" }],
    ["/a b:c", { fault: "names b before its colon, which is not an absolute path" }],
    [" ", { fault: "gives no reason" }],
  ])("are read as they are written: %j", (text, exception) => {
    expect(parseException(text)).toEqual(exception);
  });
});
