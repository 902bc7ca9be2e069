import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parseAllDocuments } from "yaml";
import { long } from "../integration/shared.ts";
import { type Json, root } from "../support/cli.ts";
import { imagePair, runScript, startService, token } from "./job.ts";

const us = { id: 42, username: "project_1_bot" };

/** A merge request on a GitLab of this machine, with the variables that its runner sets. */
async function mergeRequest() {
  const notes = "/api/v4/projects/1/merge_requests/7/notes";
  const service = await startService({
    list: notes,
    one: `${notes}/`,
    update: "PUT",
    written: (id, body) => ({ id, body, author: us, system: false }),
    known: { "/api/v4/user": us },
  });
  const images = await imagePair();
  const environment = {
    GITLAB_CI: "true",
    CI_API_V4_URL: `${service.url}/api/v4`,
    CI_PIPELINE_SOURCE: "merge_request_event",
    CI_MERGE_REQUEST_PROJECT_ID: "1",
    CI_MERGE_REQUEST_IID: "7",
    CI_COMMIT_SHA: `${"c0ffee".repeat(6)}c0ff`,
    HARDPAN_GITLAB_TOKEN: token,
    HARDPAN_CI_IMAGE: images.after,
    HARDPAN_CI_TO: images.before,
    HARDPAN_CI_EXIT_ON: "vulnerability",
    HARDPAN_CI_ADVISORIES: images.advisories,
    HARDPAN_CI_NAME: "compare",
  };
  const run = async (script: string, changed: Readonly<Record<string, string>> = {}) => {
    const result = await runScript(`gitlab/${script}`, { ...images, environment: { ...environment, ...changed } });
    expect(`${result.stdout}${result.stderr}${JSON.stringify(service.comments)}`).not.toContain(token);
    return result;
  };
  return { service, images, run };
}

describe("the GitLab job hardpan-compare", () => {
  it(
    "says what is new in one note, fails, and updates the note the next time",
    async () => {
      const { service, images, run } = await mergeRequest();
      expect(await run("compare.mjs")).toMatchObject({
        exitCode: 2,
        stdout: expect.stringContaining("1 new, 1 gone, 1 in all"),
      });
      expect(service.comments).toHaveLength(1);
      expect(service.comments[0].body).toMatch(/^<!-- hardpan compare -->\n## /);
      expect(service.comments[0].body).toContain("GHSA-bbbb-bbbb-bbbb");
      expect(service.comments[0].body).toContain("@<!-- -->acme/security");
      for (const name of ["hardpan-compare.json", "hardpan-compare.md"])
        expect(existsSync(join(images.folder, name))).toBe(true);

      expect(await run("compare.mjs", { HARDPAN_CI_IMAGE: images.before })).toMatchObject({ exitCode: 0 });
      expect(service.comments).toHaveLength(1);
      expect(service.comments[0].body).not.toContain("GHSA-bbbb-bbbb-bbbb");
      expect(service.requests.map(({ method }) => method)).toEqual(["GET", "GET", "POST", "GET", "GET", "PUT"]);
      for (const { headers } of service.requests) expect(headers["private-token"]).toBe(token);
    },
    long,
  );

  it(
    "leaves alone what somebody else begins with the same mark",
    async () => {
      const { service, run } = await mergeRequest();
      const body = "<!-- hardpan compare -->\nall is well";
      service.comments.push({ id: 1, body, author: { id: 666 }, system: false });
      await run("compare.mjs");
      expect(service.comments.map(({ author }) => author.id)).toEqual([666, 42]);
      expect(service.comments[0].body).toBe(body);
    },
    long,
  );

  it(
    "needs neither a token nor a merge request",
    async () => {
      const { service, run } = await mergeRequest();
      expect((await run("compare.mjs", { HARDPAN_GITLAB_TOKEN: "" })).exitCode).toBe(2);
      expect((await run("compare.mjs", { CI_MERGE_REQUEST_IID: "" })).exitCode).toBe(2);
      expect(service.requests).toEqual([]);
    },
    long,
  );

  it(
    "goes on without the note where the service refuses it",
    async () => {
      const { service, run } = await mergeRequest();
      service.refuse = () => 401;
      const result = await run("compare.mjs", { HARDPAN_CI_EXIT_ON: "none" });
      expect(result).toMatchObject({ exitCode: 0, stderr: expect.stringMatching(/no note: GET .* answered 401/) });
    },
    long,
  );
});

describe("the GitLab job hardpan-cves", () => {
  it(
    "writes the report, and fails only where it is asked to",
    async () => {
      const { images, run } = await mergeRequest();
      expect((await run("cves.mjs")).exitCode).toBe(0);
      expect((await run("cves.mjs", { HARDPAN_CI_CVES_GATE: "true" })).exitCode).toBe(2);
      const report = JSON.parse(await readFile(join(images.folder, "gl-container-scanning-report.json"), "utf8"));
      expect(report).toMatchObject({ scan: { type: "container_scanning" }, vulnerabilities: [{}] });
      expect(JSON.stringify(report.vulnerabilities)).toContain("GHSA-bbbb-bbbb-bbbb");
    },
    long,
  );

  it("says what is not set", async () => {
    const { run } = await mergeRequest();
    expect(await run("cves.mjs", { HARDPAN_CI_IMAGE: "" })).toMatchObject({
      exitCode: 1,
      stderr: "error: the image is not set\n",
    });
  });
});

describe("hardpan.yml", () => {
  const read = async (path: string) => await readFile(join(root, path), "utf8");
  const documents = async (): Promise<readonly Json[]> =>
    parseAllDocuments(await read("integrations/gitlab/hardpan.yml")).map((document) => {
      expect("errors" in document ? document.errors : []).toEqual([]);
      return "toJS" in document ? document.toJS() : null;
    });

  it("gives the scripts each input through a variable, and none to a shell", async () => {
    const [{ spec }, jobs] = await documents();
    const { variables } = jobs[".hardpan"];
    const inputs = Object.keys(spec.inputs).filter((name) => name !== "stage");
    expect(variables).toEqual(
      Object.fromEntries(
        inputs.map((name) => [`HARDPAN_CI_${name.toUpperCase().replaceAll("-", "_")}`, `$[[ inputs.${name} ]]`]),
      ),
    );
    const scripts = Object.values<Json>(jobs).flatMap((job) => [...(job.before_script ?? []), ...(job.script ?? [])]);
    expect(scripts.filter((line) => line.includes("$[["))).toEqual([]);
  });

  it("names scripts that there are, and keeps what they write", async () => {
    const [, jobs] = await documents();
    for (const name of ["hardpan-compare", "hardpan-cves"]) {
      const [, script = ""] = /hardpan\/(integrations\/\S+?)"/.exec(jobs[name].script.join("\n")) ?? [];
      expect(existsSync(join(root, script))).toBe(true);
      expect(jobs[name].artifacts.when).toBe("always");
    }
    expect(jobs["hardpan-cves"].artifacts.reports.container_scanning).toBe("gl-container-scanning-report.json");
  });

  it("installs the version of this package", async () => {
    const [{ spec }] = await documents();
    expect(spec.inputs.version.default).toBe(JSON.parse(await read("package.json")).version);
  });

  it("has each input in the guide", async () => {
    const [{ spec }] = await documents();
    const guide = await read("docs/guides/ci.md");
    expect(Object.keys(spec.inputs).filter((name) => !guide.includes(`\`${name}\``))).toEqual([]);
  });
});
