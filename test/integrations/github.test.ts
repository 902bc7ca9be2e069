import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { long } from "../integration/shared.ts";
import { execute, type Json, root } from "../support/cli.ts";
import { imagePair, runScript, startService, token } from "./job.ts";

const list = "/repos/acme/app/issues/7/comments";
const bot = { login: "github-actions[bot]", type: "Bot" };

/** A pull request on a GitHub of this machine, with the variables that its runner sets. */
async function pullRequest() {
  const service = await startService({
    list,
    one: "/repos/acme/app/issues/comments/",
    update: "PATCH",
    written: (id, body) => ({ id, body, user: bot }),
    known: {},
  });
  const images = await imagePair();
  const at = (name: string) => join(images.folder, name);
  const event = { pull_request: { number: 7, head: { sha: `${"c0ffee".repeat(6)}c0ff` } } };
  await writeFile(at("event.json"), JSON.stringify(event));
  const environment = {
    GITHUB_ACTIONS: "true",
    GITHUB_API_URL: service.url,
    GITHUB_REPOSITORY: "acme/app",
    GITHUB_EVENT_NAME: "pull_request",
    GITHUB_EVENT_PATH: at("event.json"),
    GITHUB_OUTPUT: at("output"),
    GITHUB_STEP_SUMMARY: at("summary.md"),
    GITHUB_TOKEN: token,
    RUNNER_TEMP: at("runner"),
    HARDPAN_CI_IMAGE: images.after,
    HARDPAN_CI_TO: images.before,
    HARDPAN_CI_EXIT_ON: "vulnerability",
    HARDPAN_CI_POLICY: "all",
    HARDPAN_CI_ADVISORIES: images.advisories,
    HARDPAN_CI_COMMENT: "true",
    HARDPAN_CI_NAME: "compare",
  };
  const read = async (name: string) => await readFile(at(name), "utf8").catch(() => "");
  const run = async (changed: Readonly<Record<string, string>> = {}) => {
    await Promise.all(["output", "summary.md"].map(async (name) => await writeFile(at(name), "")));
    const result = await runScript("github/compare.mjs", { ...images, environment: { ...environment, ...changed } });
    const outputs = Object.fromEntries((await read("output")).split("\n").map((line) => line.split(/=(.*)/)));
    const summary = await read("summary.md");
    expect(`${result.stdout}${result.stderr}${summary}${JSON.stringify([service.comments, outputs])}`).not.toContain(
      token,
    );
    return { ...result, outputs, summary };
  };
  return { service, images, environment, run, at };
}

describe("the GitHub action", () => {
  it(
    "says what is new in one comment, the summary and the outputs, fails the job, and updates the comment the next time",
    async () => {
      const { service, images, run } = await pullRequest();
      const first = await run();
      expect(first.exitCode).toBe(2);
      expect(first.outputs).toMatchObject({ result: "failed", new: "1", gone: "1", total: "1" });
      expect(first.summary).toContain("GHSA-bbbb-bbbb-bbbb");
      expect(service.comments).toHaveLength(1);
      expect(service.comments[0].body).toMatch(/^<!-- hardpan compare -->\n## /);
      expect(service.comments[0].body).toContain("GHSA-bbbb-bbbb-bbbb");
      expect(service.comments[0].body).toContain("@<!-- -->acme/security");
      expect(service.comments[0].body).toContain("at c0ffeec0ffee");
      expect(JSON.parse(await readFile(first.outputs["json"] ?? "", "utf8"))).toMatchObject({
        schema: "hardpan/compare/1",
      });

      const second = await run({ HARDPAN_CI_IMAGE: images.before });
      expect(second.exitCode).toBe(0);
      expect(second.outputs).toMatchObject({ result: "passed", new: "0", gone: "0", total: "1" });
      expect(service.comments).toHaveLength(1);
      expect(service.comments[0].body).not.toContain("GHSA-bbbb-bbbb-bbbb");
      expect(service.requests.map(({ method }) => method)).toEqual(["GET", "POST", "GET", "PATCH"]);
      for (const { headers } of service.requests) expect(headers.authorization).toBe(`Bearer ${token}`);
    },
    long,
  );

  it(
    "finds its comment behind others, and leaves alone what somebody else begins with the same mark",
    async () => {
      const { service, run } = await pullRequest();
      const body = "<!-- hardpan compare -->\nall is well";
      const other = (id: number, text: string) => ({ id, body: text, user: { login: "mallory" } });
      service.comments.push(other(1, "hello"), other(2, body), other(3, "bye"), { id: 4, body, user: bot });
      await run();
      expect(service.comments).toHaveLength(4);
      expect(service.comments[1].body).toBe(body);
      expect(service.comments[3].body).toContain("GHSA-bbbb-bbbb-bbbb");
    },
    long,
  );

  it(
    "keeps a comment for each name",
    async () => {
      const { service, run } = await pullRequest();
      await run();
      await run({ HARDPAN_CI_NAME: "arm64 --> <b>" });
      expect(service.comments.map(({ body }) => body.split("\n")[0])).toEqual([
        "<!-- hardpan compare -->",
        "<!-- hardpan arm64----b- -->",
      ]);
    },
    long,
  );

  it(
    "writes SARIF where it is asked to, and says where, also when the gate fails",
    async () => {
      const { run } = await pullRequest();
      const { outputs, exitCode } = await run({ HARDPAN_CI_SARIF: "true", HARDPAN_CI_COMMENT: "false" });
      expect(exitCode).toBe(2);
      const sarif = JSON.parse(await readFile(outputs["sarif"] ?? "", "utf8"));
      expect(sarif).toMatchObject({
        version: "2.1.0",
        runs: [{ results: [{ ruleId: expect.stringContaining("GHSA-bbbb") }] }],
      });
    },
    long,
  );

  it(
    "goes on without the comment where it may not write, as in pull requests from forks",
    async () => {
      const { service, run } = await pullRequest();
      service.refuse = ({ method }) => (method === "POST" ? 403 : null);
      const { exitCode, stdout, summary } = await run({ HARDPAN_CI_EXIT_ON: "none" });
      expect(exitCode).toBe(0);
      expect(stdout).toMatch(/^::warning title=Hardpan::no comment: POST .* answered 403 \(said the service\)$/m);
      expect(summary).toContain("GHSA-bbbb-bbbb-bbbb");
    },
    long,
  );

  it(
    "does not follow the service elsewhere with its token",
    async () => {
      const { service, run } = await pullRequest();
      const { service: other } = await pullRequest();
      service.refuse = () => 302;
      service.location = `${other.url}/repos/acme/app/issues/7/comments`;
      const { stdout } = await run();
      expect(stdout).toContain("::warning title=Hardpan::no comment");
      expect(other.requests).toEqual([]);
    },
    long,
  );

  it(
    "writes no comment where there is no pull request",
    async () => {
      const { service, run, at } = await pullRequest();
      await writeFile(at("event.json"), JSON.stringify({ ref: "refs/heads/main" }));
      expect(await run()).toMatchObject({ exitCode: 2, stdout: expect.stringContaining("this is no pull request") });
      expect(service.requests).toEqual([]);
    },
    long,
  );

  it.each([
    ["$(touch owned)", /cannot read|not an image reference|OCI_/],
    ["`touch owned`; touch owned", /OCI_/],
    ["--output=owned", /OCI_|CONTENT_|before a path/],
    ["oci-dir://x\n::set-output name=result::passed", /./],
  ])(
    "takes the image %j for a name and nothing else",
    async (image, said) => {
      const { service, run, at } = await pullRequest();
      const { exitCode, stdout, stderr, outputs } = await run({ HARDPAN_CI_IMAGE: image });
      expect(exitCode).toBe(1);
      expect(stderr).toMatch(said);
      expect(stdout).toMatch(/^::error title=Hardpan::the images could not be compared/m);
      expect(existsSync(at("owned"))).toBe(false);
      expect(outputs).not.toHaveProperty("result");
      expect(service.comments).toEqual([]);
    },
    long,
  );

  it(
    "lets nothing that Hardpan prints be a command to the runner",
    async () => {
      const { run } = await pullRequest();
      const { stdout } = await run();
      const [, stop = ""] = /^::stop-commands::(.+)$/m.exec(stdout) ?? [];
      expect(stop).toMatch(/^[0-9a-f-]{36}$/);
      expect(stdout.split("\n").indexOf(`::${stop}::`)).toBeGreaterThan(
        stdout.split("\n").indexOf(`::stop-commands::${stop}`),
      );
    },
    long,
  );
});

describe("action.yml", () => {
  const read = async (path: string) => await readFile(join(root, path), "utf8");

  it("gives the script each input through a variable, and none to a shell", async () => {
    const action: Json = parse(await read("integrations/github/action.yml"));
    const [install, step] = action.runs.steps;
    expect(step.run).toBe('node "$GITHUB_ACTION_PATH/compare.mjs"');
    expect(existsSync(join(root, "integrations", "github", "compare.mjs"))).toBe(true);
    expect(`${install.run}${step.run}`).not.toContain("${{");
    const named = Object.keys(action.inputs).filter((name) => name !== "token");
    expect(step.env).toEqual({
      ...Object.fromEntries(
        named.map((name) => [`HARDPAN_CI_${name.toUpperCase().replaceAll("-", "_")}`, `\${{ inputs.${name} }}`]),
      ),
      GITHUB_TOKEN: `\${{ ${"inputs.token"} }}`,
    });
  });

  it(
    "has steps that run with sh",
    async () => {
      const action: Json = parse(await read("integrations/github/action.yml"));
      const { environment, images, service } = await pullRequest();
      const paths = { GITHUB_ACTION_PATH: join(root, "integrations", "github"), XDG_CACHE_HOME: images.cache };
      for (const { shell, run } of action.runs.steps) {
        const variables = { ...environment, ...paths, HARDPAN_CI_EXIT_ON: "none" };
        await execute(shell, ["-e", "-c", run], { cwd: images.folder, environment: variables });
      }
      expect(service.comments).toHaveLength(1);
    },
    long,
  );

  it(
    "offers what the script gives",
    async () => {
      const action: Json = parse(await read("integrations/github/action.yml"));
      const { run } = await pullRequest();
      const { outputs } = await run();
      expect(Object.keys(action.outputs).toSorted()).toEqual(
        Object.keys(outputs)
          .filter((name) => name !== "")
          .toSorted(),
      );
    },
    long,
  );

  it("has each input and output in the guide", async () => {
    const action: Json = parse(await read("integrations/github/action.yml"));
    const guide = await read("docs/guides/ci.md");
    const names = [...Object.keys(action.inputs), ...Object.keys(action.outputs)];
    expect(names.filter((name) => !guide.includes(`\`${name}\``))).toEqual([]);
  });

  it("is part of the package", async () => {
    expect(JSON.parse(await read("package.json")).files).toContain("integrations");
  });
});
