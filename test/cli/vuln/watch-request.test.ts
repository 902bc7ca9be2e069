import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { watchRequest, webhookOf } from "../../../src/cli/vuln/watch-request.ts";
import { temporaryFolder } from "../../support/temporary.ts";

type Given = Readonly<Record<string, string | readonly string[] | true>>;

/** Options as the command line gives them, with its defaults. */
function options(given: Given = {}) {
  const all: Given = { interval: "60", workers: "3", ...given };
  const asked = (name: string) => all[name];
  return {
    text(name: string) {
      const value = asked(name);
      return typeof value === "string" ? value : null;
    },
    texts(name: string) {
      const value = asked(name);
      return value === undefined || value === true ? [] : typeof value === "string" ? [value] : value;
    },
    flag: (name: string) => asked(name) === true,
  };
}

async function fileWith(content: string | Uint8Array): Promise<string> {
  const file = join(await temporaryFolder(), "file");
  await writeFile(file, content);
  return file;
}

describe("hardpan watch", () => {
  it("takes references from the command line and a file, each once", async () => {
    const file = await fileWith("# ours\nnode:24\n\n  registry://ghcr.io/acme/app:1\r\nnode:22\n");
    expect((await watchRequest(["node:22"], options({ file }))).references).toEqual([
      "node:22",
      "node:24",
      "registry://ghcr.io/acme/app:1",
    ]);
  });

  it("names repositories in full, whatever form they are given in", async () => {
    const given = { repository: ["node", "registry://ghcr.io/acme/app", "ghcr.io/acme/app:1"] };
    expect((await watchRequest([], options(given))).repositories).toEqual([
      "docker.io/library/node",
      "ghcr.io/acme/app",
    ]);
  });

  it("measures the interval in seconds", async () => {
    expect((await watchRequest(["a"], options({ interval: "90" }))).interval).toBe(90_000);
  });

  it("keeps apart what other filters, policies and VEX documents give", async () => {
    const settings = async (given: Given) => JSON.stringify((await watchRequest(["a"], options(given))).settings);
    const all = [
      {},
      { onlySeverity: "high" },
      { debianPolicy: "scout" },
      { platform: "linux/arm64" },
      { vexLocation: "vex" },
      { vexAuthor: "vex" },
    ];
    expect(new Set(await Promise.all(all.map(settings))).size).toBe(all.length);
  });

  it.each<[string, readonly string[], Given, string]>([
    ["nothing to watch", [], {}, "CLI_USAGE"],
    ["a folder", ["fs://."], {}, "FLOW_UNSUPPORTED_REFERENCE"],
    ["a name that is none", ["A:B:C"], {}, "OCI_REFERENCE_INVALID"],
    ["--tag without --repository", ["a"], { tag: "x" }, "CLI_USAGE"],
    ["--all-images without --repository", ["a"], { allImages: true }, "CLI_USAGE"],
    ["--tag that is no pattern", [], { repository: "a", tag: "(" }, "CLI_USAGE"],
    ["--interval 0", ["a"], { interval: "0" }, "CLI_USAGE"],
    ["--interval in words", ["a"], { interval: "1e3" }, "CLI_USAGE"],
    ["--workers 33", ["a"], { workers: "33" }, "CLI_USAGE"],
    ["--exit-on package", ["a"], { exitOn: ["package"] }, "CLI_USAGE"],
    ["--file that is not there", [], { file: "/absent" }, "CLI_USAGE"],
    ["--file that is a device", [], { file: "/dev/zero" }, "CLI_USAGE"],
  ])("refuses %s", async (_, references, given, code) => {
    await expect(watchRequest(references, options(given))).rejects.toMatchObject({ code });
  });
});

describe("the webhook of hardpan watch", () => {
  it.each([
    ["secret\n", "secret"],
    ["secret\r\n", "secret"],
    ["secret", "secret"],
    [" two\nlines \n", " two\nlines "],
  ])("is signed with %j without the end of its last line", async (content, secret) => {
    const webhookSecret = await fileWith(content);
    const found = await webhookOf(options({ webhook: "https://hooks.example/x", webhookSecret }));
    expect(Buffer.from(found?.secret ?? "").toString()).toBe(secret);
  });

  it("is none where none is named", async () => {
    expect(await webhookOf(options())).toBeNull();
  });

  it.each<[string, Given, string]>([
    ["another protocol", { webhook: "ftp://x" }, "HTTP_URL_INVALID"],
    ["what is no address", { webhook: "x" }, "HTTP_URL_INVALID"],
    ["a secret without an address", { webhookSecret: "/x" }, "CLI_USAGE"],
    ["a secret that is not there", { webhook: "http://x", webhookSecret: "/absent" }, "CLI_SECRET_INVALID"],
  ])("refuses %s", async (_, given, code) => {
    await expect(webhookOf(options(given))).rejects.toMatchObject({ code });
  });

  it("refuses an empty secret and one that is too large", async () => {
    for (const content of ["", "\n", new Uint8Array(65_537)]) {
      const given = { webhook: "http://x", webhookSecret: await fileWith(content) };
      await expect(webhookOf(options(given))).rejects.toMatchObject({ code: "CLI_SECRET_INVALID" });
    }
  });
});
