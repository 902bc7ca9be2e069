import { describe, expect, it } from "vitest";
import { accountFiles, runIdentity } from "../../../src/image/definition/accounts.ts";

const accounts = {
  root: true,
  runAs: "node",
  users: [{ name: "node", uid: 1000, gid: 1000 }],
  groups: [
    { name: "node", gid: 1000, members: ["node"] },
    { name: "www-data", gid: 82, members: ["node", "node"] },
  ],
};

const plain = { shell: null, master: null, shadowDay: null };

function textsOf(...input: Parameters<typeof accountFiles>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    accountFiles(...input).map(({ path, content }) => [path, new TextDecoder().decode(content)]),
  );
}

describe("accountFiles", () => {
  it("writes root and the declared accounts, without a shell where there is none", () => {
    expect(textsOf(accounts, plain)).toEqual({
      "etc/passwd": "root:x:0:0:root:/root:/usr/sbin/nologin\nnode:x:1000:1000:node:/home/node:/usr/sbin/nologin\n",
      "etc/group": "root:x:0:\nnode:x:1000:\nwww-data:x:82:node\n",
    });
  });

  it("leaves root out when the definition does not keep it", () => {
    expect(textsOf({ ...accounts, root: false }, { ...plain, shell: "/bin/sh" })["etc/passwd"]).toBe(
      "node:x:1000:1000:node:/home/node:/bin/sh\n",
    );
  });

  it("keeps Debian's own accounts where base-passwd is, and its passwords in shadow files", () => {
    const master = {
      passwd: "root:*:0:0:root:/root:/bin/bash\n_apt:*:42:65534::/nonexistent:/usr/sbin/nologin\n",
      group: "root:*:0:\nshadow:*:42:\n",
    };
    const own = { ...accounts, users: [{ name: "_apt", uid: 42, gid: 65532 }], groups: [] };
    expect(textsOf(own, { shell: "/bin/bash", master, shadowDay: 20_000 })).toEqual({
      "etc/passwd": "root:x:0:0:root:/root:/bin/bash\n_apt:x:42:65532:_apt:/home/_apt:/bin/bash\n",
      "etc/group": "root:x:0:\nshadow:x:42:\n",
      "etc/shadow": "root:*:20000:0:99999:7:::\n_apt:*:20000:0:99999:7:::\n",
      "etc/gshadow": "root:*::\nshadow:*::\n",
    });
    expect(textsOf({ ...own, root: false }, { shell: null, master, shadowDay: null })["etc/passwd"]).not.toContain(
      "root",
    );
  });

  it.each([
    ["a user declared twice", { users: [...accounts.users, ...accounts.users] }, "declared twice"],
    ["a user named root beside the kept root", { users: [{ name: "root", uid: 0, gid: 0 }] }, "declared twice"],
    ["a name that would break the file", { users: [{ name: "a:b", uid: 1, gid: 1 }] }, "not a user or group name"],
    ["a line break in a name", { groups: [{ name: "a\nb", gid: 1, members: [] }] }, "not a user or group name"],
  ])("refuses %s", (_, change, message) => {
    expect(() => accountFiles({ ...accounts, ...change }, plain)).toThrow(message);
  });
});

describe("runIdentity", () => {
  it.each([
    ["node", { user: "node", uid: 1000, gid: 1000 }],
    ["1000", { user: "1000", uid: 1000, gid: 1000 }],
    ["65532", { user: "65532", uid: 65532, gid: 0 }],
    ["root", { user: "root", uid: 0, gid: 0 }],
    [null, { user: "root", uid: 0, gid: 0 }],
  ])("finds %s", (runAs, expected) => {
    expect(runIdentity({ ...accounts, runAs })).toEqual(expected);
  });

  it("refuses a name that is not declared", () => {
    expect(() => runIdentity({ ...accounts, runAs: "nobody" })).toThrow('accounts.run-as names "nobody"');
  });
});
