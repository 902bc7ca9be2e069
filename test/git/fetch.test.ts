import { spawnSync } from "node:child_process";
import { chmod, mkdir, readdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { collect } from "../../src/archive/bytes.ts";
import { readTar } from "../../src/archive/tar-read.ts";
import { openCache } from "../../src/cache/cache.ts";
import { fetchTree, type TreePorts } from "../../src/git/fetch.ts";
import { createRepository, serveGit } from "../support/git.ts";
import { has } from "../support/program.ts";
import { refusal } from "../support/refusal.ts";
import { serveFolder } from "../support/serve-folder.ts";
import { temporaryFolder } from "../support/temporary.ts";

async function createPorts(more: Partial<TreePorts> = {}): Promise<TreePorts> {
  const folder = await temporaryFolder();
  const temporaryDirectory = join(folder, "tmp");
  await mkdir(temporaryDirectory);
  const environment = { PATH: process.env["PATH"] };
  return { cache: await openCache(join(folder, "cache")), environment, temporaryDirectory, ...more };
}

/** A repository with two commits, tags on the first, served by git itself. */
async function served(options: { readonly token?: string } = {}) {
  const folder = await temporaryFolder();
  const repository = await createRepository(join(folder, "x.git"));
  await mkdir(join(repository.folder, "bin"));
  await symlink("../readme", join(repository.folder, "bin/link"));
  await writeFile(join(repository.folder, "bin/run"), "#!/bin/sh\n");
  await chmod(join(repository.folder, "bin/run"), 0o755);
  const first = await repository.commit({
    readme: "one\n",
    "a/b/c": "deep",
    "ä ö": "",
    large: Buffer.alloc(700_000, 7),
  });
  repository.git("tag", "light");
  repository.git("tag", "--annotate", "--message", "x", "v1.0");
  const second = await repository.commit({ readme: "two\n" });
  repository.git("branch", "v1.0");
  const server = await serveGit(folder, options);
  onTestFinished(async () => await server[Symbol.asyncDispose]());
  return { repository, server, url: `git+${server.url}/x.git`, first, second };
}

async function listing(sha256: string, ports: TreePorts) {
  const rows: Record<string, string> = {};
  for await (const { header, content } of readTar(ports.cache.stream(sha256))) {
    const text =
      header.size > 100
        ? `${header.size} bytes`
        : Buffer.from(await collect(content, { limit: 100, what: "" })).toString();
    const date = new Date(header.mtime * 1000).toISOString().slice(0, 10);
    rows[header.path] = `${header.type} ${header.mode.toString(8)} ${date} ${header.linkPath || text}`.trimEnd();
  }
  return rows;
}

describe.skipIf(!has("git"))("fetching the tree of a commit (needs git)", () => {
  it("gives its files, sorted, with the commit's time, and nothing of .git", async () => {
    const { url, first } = await served();
    const ports = await createPorts();
    const tree = await fetchTree({ url: `${url}#v1.0`, checksum: first }, ports);
    expect(tree.commit).toBe(first);
    const rows = await listing(tree.sha256, ports);
    expect(rows).toEqual({
      a: "directory 755 2024-01-01",
      "a/b": "directory 755 2024-01-01",
      "a/b/c": "file 644 2024-01-01 deep",
      bin: "directory 755 2024-01-01",
      "bin/link": "symlink 777 2024-01-01 ../readme",
      "bin/run": "file 755 2024-01-01 #!/bin/sh",
      large: "file 644 2024-01-01 700000 bytes",
      readme: "file 644 2024-01-01 one",
      "ä ö": "file 644 2024-01-01",
    });
    expect(Object.keys(rows)).toEqual(Object.keys(rows).toSorted());
    expect(await readdir(ports.temporaryDirectory)).toEqual([]);
  });

  it("gives the same bytes for a tag, a branch, a commit and another machine's cache", async () => {
    const { url, first, second } = await served();
    const trees = [];
    for (const ref of ["light", "refs/tags/v1.0", first]) {
      trees.push(await fetchTree({ url: `${url}#${ref}` }, await createPorts()));
    }
    trees.push(await fetchTree({ url, checksum: first }, await createPorts()));
    expect(new Set(trees.map(({ sha256, size, commit }) => `${sha256} ${size} ${commit}`)).size).toBe(1);
    expect((await fetchTree({ url: `${url}#refs/heads/v1.0` }, await createPorts())).commit).toBe(second);
    expect((await fetchTree({ url }, await createPorts())).commit).toBe(second);
  });

  it("does not depend on the user's configuration or on attributes of the tree", async () => {
    const { url, repository } = await served();
    await repository.commit({
      ".gitattributes": "* text eol=crlf\nreadme export-ignore\nx export-subst\n",
      x: "$Format:%H$\n",
    });
    const home = await temporaryFolder();
    await writeFile(
      join(home, ".gitconfig"),
      '[core]\n\tautocrlf = true\n[url "http://127.0.0.1:9/"]\n\tinsteadOf = http\n',
    );
    const environment = { PATH: process.env["PATH"], HOME: home, GIT_DIR: home, GIT_CONFIG_PARAMETERS: "'x'" };
    const ports = await createPorts({ environment });
    const rows = await listing((await fetchTree({ url: `${url}#main` }, ports)).sha256, ports);
    expect(rows["readme"]).toContain("two");
    expect(rows["x"]).toContain("$Format:%H$");
  }, 20_000);

  it("does not depend on a repository that temporary files lie in", async () => {
    const { url, first } = await served();
    const ports = await createPorts();
    const around = ports.temporaryDirectory;
    const made = spawnSync("git", ["init", "--quiet", around], { env: { PATH: process.env["PATH"] } });
    expect(made.status).toBe(0);
    await writeFile(
      join(around, ".git/config"),
      `[url "http://127.0.0.1:1/"]\n\tinsteadOf = ${url.slice("git+".length)}\n`,
    );
    expect(await fetchTree({ url: `${url}#light` }, ports)).toMatchObject({ commit: first });
  });

  it("fetches a commit once", async () => {
    const { url, server, first } = await served();
    const ports = await createPorts();
    const tree = await fetchTree({ url: `${url}#v1.0` }, ports);
    const before = server.requests.length;
    expect(await fetchTree({ url: `${url}#${first}`, checksum: first }, { ...ports, environment: {} })).toEqual(tree);
    expect(server.requests.length).toBe(before);
    expect(await fetchTree({ url: `${url}#light` }, ports)).toEqual(tree);
    expect(
      server.requests.slice(before).some(({ url }) => url.endsWith("/git-upload-pack") && !url.includes("info")),
    ).toBe(true);
    await ports.cache.drop(tree.sha256);
    expect(await fetchTree({ url: `${url}#${first}` }, ports)).toEqual(tree);
  });

  it("works with a folder on a plain web server too", async () => {
    const folder = await temporaryFolder();
    const repository = await createRepository(join(folder, "made"));
    const first = await repository.commit({ a: "1" });
    repository.git("tag", "v1");
    await repository.commit({ a: "2" });
    repository.git("clone", "--quiet", "--bare", ".", join(folder, "x.git"));
    repository.git("--git-dir", join(folder, "x.git"), "update-server-info");
    const server = await serveFolder(folder);
    onTestFinished(async () => await server.close());
    for (const ref of ["v1", first]) {
      expect((await fetchTree({ url: `git+${server.url}/x.git#${ref}` }, await createPorts())).commit).toBe(first);
    }
  });

  it("sends a token to the repository's host, and never names it", async () => {
    const { url, server, second } = await served({ token: "s3cret" });
    await expect(fetchTree({ url: `${url}#main` }, await createPorts())).rejects.toThrow(
      expect.objectContaining({ code: "GIT_FAILED", hint: expect.stringContaining("secret-id") }),
    );
    expect((await fetchTree({ url: `${url}#main`, token: "s3cret" }, await createPorts())).commit).toBe(second);
    expect(server.requests.at(-1)?.authorization).toBe("Bearer s3cret");
    const wrong = fetchTree({ url: `${url}#main`, token: "wr0ng" }, await createPorts());
    await expect(wrong).rejects.toThrow(expect.objectContaining({ message: expect.not.stringContaining("wr0ng") }));
  });
});

describe.skipIf(!has("git"))("what cannot be fetched is refused (needs git):", () => {
  it("a tag that is another commit than announced", async () => {
    const { url, first, second } = await served();
    const ports = await createPorts();
    const fetching = fetchTree({ url: `${url}#v1.0`, checksum: second }, ports);
    await expect(fetching).rejects.toThrow(refusal("GIT_COMMIT_MISMATCH", `is commit ${first}, not ${second}`));
    await expect(fetchTree({ url: `${url}#${first}`, checksum: second }, ports)).rejects.toThrow(second);
    await expect(fetchTree({ url, checksum: "sha256:00" }, ports)).rejects.toThrow(
      refusal("GIT_URL_INVALID", "sha256:00"),
    );
  });

  it.each(["v9", "0123456789012345678901234567890123456789", "refs/tags/v"])("the missing %s", async (ref) => {
    const { url } = await served();
    const ports = await createPorts();
    await expect(fetchTree({ url: `${url}#${ref}` }, ports)).rejects.toThrow(refusal("GIT_REF_ABSENT", ref));
    expect(await readdir(ports.temporaryDirectory)).toEqual([]);
  });

  it("a repository that is not there, or whose server is not", async () => {
    const { server } = await served();
    const ports = await createPorts();
    await expect(fetchTree({ url: `git+${server.url}/y.git#v1` }, ports)).rejects.toThrow(
      refusal("GIT_FAILED", "ls-remote"),
    );
    await expect(fetchTree({ url: "git+http://127.0.0.1:1/y.git#v1" }, ports)).rejects.toThrow(
      refusal("GIT_FAILED", "ls-remote"),
    );
  });

  it("a tree with a submodule", async () => {
    const { repository, url, first } = await served();
    repository.git("update-index", "--add", "--cacheinfo", `160000,${first},vendor/lib`);
    repository.git("commit", "--quiet", "--message", "submodule");
    const fetching = fetchTree({ url: `${url}#main` }, await createPorts());
    await expect(fetching).rejects.toThrow(refusal("GIT_TREE_UNSUPPORTED", "submodule vendor/lib"));
  });

  it.each(["..", ".", ".git", ".GIT"])("a tree made by hand with the name %s", async (name) => {
    const { repository, url } = await served();
    const blob = repository.git("rev-parse", "HEAD:readme");
    const raw = Buffer.concat([Buffer.from(`100644 ${name}\0`), Buffer.from(blob, "hex")]);
    const made = spawnSync("git", ["hash-object", "-t", "tree", "-w", "--stdin", "--literally"], {
      cwd: repository.folder,
      input: raw,
    });
    const commit = repository.git("commit-tree", made.stdout.toString().trim(), "-m", "hostile");
    repository.git("tag", "hostile", commit);
    const fetching = fetchTree({ url: `${url}#hostile` }, await createPorts());
    await expect(fetching).rejects.toThrow(refusal("GIT_TREE_UNSUPPORTED", "it has the path"));
  });

  it("more than the limits allow", async () => {
    const { url } = await served();
    const refused = async (limits: TreePorts["limits"] & object) =>
      await expect(fetchTree({ url: `${url}#v1.0` }, await createPorts({ limits }))).rejects.toThrow(
        expect.objectContaining({ code: "GIT_TOO_LARGE" }),
      );
    await refused({ received: 500 });
    await refused({ entries: 3 });
    await refused({ fileSize: 1000 });
    await refused({ treeSize: 600_000 });
  });

  it("anything without the program git", async () => {
    const { url } = await served();
    const ports = await createPorts({ environment: { PATH: "/nowhere" } });
    await expect(fetchTree({ url: `${url}#main` }, ports)).rejects.toThrow(
      refusal("GIT_ABSENT", "git cannot be found"),
    );
    expect(await readdir(ports.temporaryDirectory)).toEqual([]);
  });

  it("what takes too long, or is no longer wanted", async () => {
    const { url } = await served();
    const late = fetchTree({ url: `${url}#main` }, await createPorts({ limits: { time: 1 } }));
    await expect(late).rejects.toThrow(refusal("GIT_FAILED", "took more than"));
    const reason = new Error("stopped");
    const ports = await createPorts({ signal: AbortSignal.abort(reason) });
    await expect(fetchTree({ url: `${url}#main` }, ports)).rejects.toBe(reason);
    expect(await readdir(ports.temporaryDirectory)).toEqual([]);
  });
});
