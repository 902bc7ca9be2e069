import { describe, expect, it } from "vitest";
import { installFolder, phpPlaceOf } from "../../../src/scan/php/place.ts";

const app = { kind: "composer", vendor: "app/vendor", project: "app" } as const;

describe("records of PHP packages", () => {
  it.each([
    ["app/vendor/composer/installed.json", app],
    ["vendor/composer/installed.json", { kind: "composer", vendor: "vendor", project: "" }],
    ["composer/installed.json", null],
    ["app/installed.json", null],
    ["usr/share/php/.registry/mail.reg", { kind: "pear", root: "usr/share/php" }],
    ["usr/share/php/.registry/.channel.pecl.php.net/apcu.reg", { kind: "pear", root: "usr/share/php" }],
    ["usr/share/php/.channels/pear.php.net.reg", null],
    ["windows.reg", null],
  ])("%s is %j", (path, place) => {
    expect(phpPlaceOf(path)).toEqual(place);
  });
});

describe("where Composer has installed a package", () => {
  it.each([
    ["../monolog/monolog", "app/vendor/monolog/monolog"],
    ["./installers", "app/vendor/composer/installers"],
    ["../../web/modules/x/", "app/web/modules/x"],
    ["../../../etc", null],
    ["../../../../../../..", null],
    ["/etc", null],
    ["../..", null],
    ["..", null],
    [".", null],
  ])("%s is %s", (path, folder) => {
    expect(installFolder(app, path)).toBe(folder);
  });

  it("is anywhere in an image that is a project as a whole", () => {
    expect(installFolder({ vendor: "vendor", project: "" }, "../a/b")).toBe("vendor/a/b");
    expect(installFolder({ vendor: "vendor", project: "" }, "../..")).toBeNull();
  });
});
