// biome-ignore-all lint/suspicious/noTemplateCurlyInString: scripts and units have variables of this form
import { describe, expect, it } from "vitest";
import { readInstallation } from "../../src/catalog/scaffold/maintainer-scripts.ts";
import { toolsOf } from "../../src/catalog/scaffold/script-tools.ts";
import { readServiceUnit } from "../../src/catalog/scaffold/unit/service.ts";
import { fuzzRounds, mutate, seeded } from "./mutate.ts";

const unit = Buffer.from(
  "[Unit]\nDescription=x\n[Service]\nType=forking\nUser=web\nEnvironment=\"A=b c\" D=e\nEnvironmentFile=-/etc/default/web\nExecStart=@/usr/bin/web web -g 'daemon on;' \\\n  $A ${D}\\x20 %t/%i\nStateDirectory=web\nReadWritePaths=-/var/lib/web\n",
);

describe("a unit under mutation", () => {
  it("is read without failing, and names only paths that are paths", () => {
    const random = seeded(71);
    let read = 0;
    for (let round = 0; round < fuzzRounds(); round++) {
      const text = new TextDecoder().decode(mutate(unit, random));
      const service = readServiceUnit(text, { name: "web@1.service", readFile: () => text });
      readInstallation([{ name: "web", scripts: new Map([["postinst", text]]), texts: new Map() }]);
      toolsOf(text);
      if (service === null) continue;
      read++;
      const paths = [...Object.values(service.folders).flat(), ...service.writable];
      expect(paths.filter((path) => !/^(\/[\w.@+-]+)+$/.test(path) || /\/\.\.?(\/|$)/.test(path))).toEqual([]);
    }
    expect(read).toBeGreaterThan(0);
  });
});
