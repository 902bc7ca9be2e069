import { describe, expect, it } from "vitest";
import { foreground } from "../../../src/catalog/scaffold/foreground.ts";

describe("what keeps a service in the foreground", () => {
  it.each([
    ["notify", ["/bin/r", "r.conf", "--supervised", "systemd", "--daemonize", "no"], ["r.conf", "--daemonize", "no"]],
    ["simple", ["/usr/sbin/sshd", "-D"], ["-D"]],
    ["forking", ["/usr/sbin/nginx", "-g", "daemon on; master_process on;"], ["-g", "daemon off;"]],
    ["forking", ["/usr/sbin/named", "-u", "bind"], ["-f", "-u", "bind"]],
  ])("is known of %s %j", (type, command, expected) => {
    expect(foreground({ type, command })).toEqual({ arguments: expected, look: null });
  });

  it.each([
    [["/bin/other", "--daemonize", "yes", "-x"], ["-x"], "whether it stays"],
    [["/bin/other", "-x"], ["-x"], "look for its option"],
  ])("is to be looked at for %j", (command, expected, look) => {
    expect(foreground({ type: "forking", command })).toEqual({
      arguments: expected,
      look: expect.stringContaining(look),
    });
  });
});
