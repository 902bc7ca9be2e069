import { describe, expect, it } from "vitest";
import { folder, hardLink, symlink, type TestEntry, type TestLayer } from "../layers.ts";
import { audited } from "./audited.ts";

const accounts: TestLayer = {
  "etc/passwd": "root:x:0:0::/root:/bin/sh\napp:x:1000:1001::/home/app:\nother:x:1002:1002::/:\n",
  "etc/group": "root:x:0:\napp:x:1001:\nlogs:x:50:app,other\nstaff:x:60:other,app\nother:x:1002:\n",
};

function entry(mode: number, uid = 0, gid = 0): TestEntry {
  return { content: "x", mode, uid, gid };
}

function directory(mode: number, uid = 0, gid = 0): TestEntry {
  return { type: "directory", mode, uid, gid };
}

describe("auditImage, of what the user can write", () => {
  const layer: TestLayer = {
    ...accounts,
    home: folder,
    "home/app": directory(0o700, 1000, 1001),
    "home/app/file": entry(0o644, 1000, 1001),
    "home/app/theirs": entry(0o600),
    srv: folder,
    "srv/by-group": entry(0o664, 0, 1001),
    "srv/by-further-group": directory(0o775, 0, 50),
    "srv/owner-may-not": entry(0o077, 1000, 1001),
    "srv/group-may-not": entry(0o606, 0, 1001),
    "srv/without-search": directory(0o666),
    "srv/read-only": entry(0o444, 1000, 1001),
    "srv/link": symlink("read-only"),
    "srv/again": hardLink("srv/by-group"),
    "srv-open": directory(0o777),
    "srv-open/file": entry(0o666),
    root: directory(0o700),
    "root/open": directory(0o777),
    "root/deep/open": entry(0o666),
    tmp: directory(0o1777),
    "dev/null": { type: "character", mode: 0o666 },
  };

  it("goes by the one class of bits that counts, and by the folders on the way", async () => {
    const { writable, groups } = await audited(layer, { user: "app" });
    expect(groups).toEqual([50, 60]);
    expect(writable).toEqual([
      "/home/app",
      "/srv-open",
      "/srv/again",
      "/srv/by-further-group",
      "/srv/by-group",
      "/tmp",
    ]);
  });

  it("gives a user its further groups by number too, and none where a group is named", async () => {
    expect((await audited(layer, { user: "1000" })).groups).toEqual([50, 60]);
    const { groups, writable } = await audited(layer, { user: "app:app" });
    expect(groups).toEqual([]);
    expect(writable).not.toContain("/srv/by-further-group");
    expect(writable).toContain("/srv/by-group");
  });

  it("says that root can write everything, and nothing of a user that is not known", async () => {
    expect((await audited(layer)).writable).toEqual(["/"]);
    expect(await audited(layer, { user: "nobody" })).toMatchObject({ uid: null, writable: null });
  });

  it("takes folders that no layer has for closed", async () => {
    expect((await audited({ ...accounts, "a/b/file": entry(0o666) }, { user: "app" })).writable).toEqual(["/a/b/file"]);
  });

  it("lists what everybody can write, sticky folders apart, links and devices not", async () => {
    const { worldWritable, sticky } = await audited(layer, { user: "app" });
    expect(worldWritable).toEqual([
      "/root/deep/open",
      "/root/open",
      "/srv-open",
      "/srv-open/file",
      "/srv/group-may-not",
      "/srv/owner-may-not",
      "/srv/without-search",
    ]);
    expect(sticky).toEqual(["/tmp"]);
  });
});

describe("auditImage, of capabilities", () => {
  it("reads them from extended attributes, also for a hard link and not after the file is replaced", async () => {
    const value = Buffer.alloc(20);
    value.writeUInt32LE(0x02000001, 0);
    value.writeUInt32LE(1 << 13, 4);
    const xattrs = new Map([["security.capability", value]]);
    const lower: TestLayer = {
      "bin/ping": { content: "x", mode: 0o755, xattrs },
      "bin/ping6": hardLink("bin/ping"),
      "bin/old": { content: "x", xattrs },
    };
    expect((await audited([lower, { "bin/old": "plain" }])).capabilities).toEqual([
      { path: "/bin/ping", capabilities: "cap_net_raw=ep" },
      { path: "/bin/ping6", capabilities: "cap_net_raw=ep" },
    ]);
  });
});
