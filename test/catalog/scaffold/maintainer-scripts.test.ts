// biome-ignore-all lint/suspicious/noTemplateCurlyInString: scripts and units have variables of this form
import { describe, expect, it } from "vitest";
import { readInstallation } from "../../../src/catalog/scaffold/maintainer-scripts.ts";

function installation(postinst: string, texts: Readonly<Record<string, string>> = {}) {
  const scripts = new Map([["postinst", postinst]]);
  return readInstallation([{ name: "web", scripts, texts: new Map(Object.entries(texts)) }]);
}

describe("what a package's installation makes", () => {
  it.each([
    ["adduser --system --group --home /var/lib/web --gecos 'Web server' --quiet web", "web"],
    ["if ! getent passwd x; then useradd -r -d /nonexistent -s /bin/false web-user || true", "web-user"],
    ["USER=web\n\tadduser --quiet \\\n --system ${USER} > /dev/null", "web"],
  ])("has the account of %j", (text, name) => {
    expect(installation(text).accounts.map((account) => account.name)).toEqual([name]);
  });

  it.each(["adduser person", "# adduser --system web", "adduser --system '$(id)'"])("has no account by %j", (text) => {
    expect(installation(text).accounts).toEqual([]);
  });

  it("gives folders to accounts other than root", () => {
    const text = [
      "DIR=/var/lib/web",
      "chown -R web:adm $DIR /var/log/web && chmod 750 $DIR",
      "install -d -o web -g web -m 750 /run/web",
      "dpkg-statoverride --update --add web adm 0750 /var/cache/web",
      "chown root:root /var/lib/other; chown web /var/lib/../../etc $UNKNOWN",
    ].join("\n");
    const paths = installation(text).owned.map(({ path }) => path);
    expect(paths).toEqual(["/var/lib/web", "/var/log/web", "/run/web", "/var/cache/web"]);
  });

  it("is what sysusers.d, tmpfiles.d and update-alternatives say", () => {
    const found = installation(
      "update-alternatives --install /bin/nc nc /bin/nc.openbsd 50 --slave /usr/share/man/nc nc.1 /usr/share/man/o",
      {
        "/usr/lib/sysusers.d/web.conf": '#x\nu web - "Web server" /var/lib/web\ng other -\n',
        "/usr/lib/tmpfiles.d/web.conf": "d /var/run/web 0750 web web -\nd /run/root 0755 root root -\n",
      },
    );
    expect(found.accounts).toEqual([{ name: "web", source: "web.conf" }]);
    expect(found.owned).toEqual([{ path: "/run/web", source: "web.conf" }]);
    expect(found.alternatives[0]).toEqual({ link: "/usr/bin/nc", path: "/usr/bin/nc.openbsd" });
  });
});
