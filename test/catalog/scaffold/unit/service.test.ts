// biome-ignore-all lint/suspicious/noTemplateCurlyInString: units have variables of this form
import { describe, expect, it } from "vitest";
import { readServiceUnit } from "../../../../src/catalog/scaffold/unit/service.ts";

const files: Readonly<Record<string, string>> = {
  "/etc/default/web": "# options\nOPTIONS=\"-a 'b c'\"\nexport LEVEL=3 # low\nROOT='/srv'\n",
};

function read(lines: string, name = "web.service") {
  return readServiceUnit(`[Service]\n${lines}`, { name, readFile: (path) => files[path] ?? null });
}

const command = (lines: string, name?: string) => read(lines, name)?.command;

describe("a service's command", () => {
  it.each([
    ["ExecStart=/usr/bin/web -g 'daemon off;' \"a b\"", ["/usr/bin/web", "-g", "daemon off;", "a b"]],
    ["ExecStart=-/usr/bin/web", ["/usr/bin/web"]],
    ["ExecStart=@/usr/bin/web web-main -x", ["/usr/bin/web", "-x"]],
    ["ExecStart=+!:/usr/bin/web", ["/usr/bin/web"]],
    ["ExecStart=/usr/bin/web one \\\n# between\n  two", ["/usr/bin/web", "one", "two"]],
    ["ExecStart=/bin/old\nExecStart=\nExecStart=/bin/new", ["/bin/new"]],
    ["ExecStart=/usr/bin/web %t/%N %S 100%% %H", ["/usr/bin/web", "/run/web", "/var/lib", "100%", "%H"]],
    [
      "EnvironmentFile=-/etc/default/web\nExecStart=/bin/w $OPTIONS x${LEVEL}y ${ROOT}/a $$HOME",
      ["/bin/w", "-a", "b c", "x3y", "/srv/a", "$HOME"],
    ],
    ["Environment=A=1 'B=2 3'\nExecStart=/bin/w $B ${A} $NONE", ["/bin/w", "2", "3", "1"]],
    ["ExecStart=/bin/w a\\x20b \\n\\q", ["/bin/w", "a b", "\n\\q"]],
  ])("is that of %j", (lines, expected) => {
    expect(command(lines)).toEqual(expected);
  });

  it("has the name of its instance", () => {
    expect(command("ExecStart=/bin/w --cluster %i %p", "db@main.service")).toEqual([
      "/bin/w",
      "--cluster",
      "main",
      "db",
    ]);
  });

  it("is none without a program, or with a quote that does not end", () => {
    for (const lines of ["Type=oneshot", "ExecStart=", "ExecStart='", "ExecStart=$NONE"])
      expect(read(lines)).toBeNull();
  });

  it("is doubtful where a host or a file that is not there says more", () => {
    expect(read("ExecStart=/bin/w %H")?.doubts).toEqual(["%H"]);
    expect(read("EnvironmentFile=/etc/gone\nExecStart=/bin/w $X")?.doubts).toEqual(["$X"]);
    expect(read("EnvironmentFile=-/etc/gone\nExecStart=/bin/w $X")?.doubts).toEqual([]);
  });
});

describe("a service's unit", () => {
  it("says user, folders, signal and environment", () => {
    const unit = read(
      [
        "Type=notify\nUser=web\nKillSignal=QUIT\nWorkingDirectory=-/srv/web\nPIDFile=/var/run/web/web.pid",
        "StateDirectory=web web/data\nLogsDirectory=%N\nRuntimeDirectory=web:x ../../etc\nReadWritePaths=-/var/lib/other",
        "Environment=MODE=fast ARGS=-v\nExecStart=/bin/web $ARGS",
      ].join("\n"),
    );
    expect(unit).toMatchObject({
      type: "notify",
      user: "web",
      stopSignal: "SIGQUIT",
      workDir: "/srv/web",
      pidFile: "/run/web/web.pid",
    });
    expect(unit?.folders).toEqual({
      state: ["/var/lib/web", "/var/lib/web/data"],
      cache: [],
      logs: ["/var/log/web"],
      runtime: ["/run/web"],
    });
    expect(unit?.writable).toEqual(["/var/lib/other"]);
    expect([...(unit?.environment ?? [])]).toEqual([["MODE", "fast"]]);
  });
});
