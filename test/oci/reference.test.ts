import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { sha256Digest } from "../../src/oci/digest.ts";
import { formatReference, namesImage, parseReference, shortReference } from "../../src/oci/reference.ts";

const digest = sha256Digest("");

describe("an image reference", () => {
  it.each([
    ["node", "docker.io/library/node:latest", "node:latest"],
    ["node:24", "docker.io/library/node:24", "node:24"],
    ["docker.io/node", "docker.io/library/node:latest", "node:latest"],
    ["index.docker.io/library/node", "docker.io/library/node:latest", "node:latest"],
    ["team/app:1.0", "docker.io/team/app:1.0", "team/app:1.0"],
    ["docker.io/team/app", "docker.io/team/app:latest", "team/app:latest"],
    [`node@${digest}`, `docker.io/library/node@${digest}`, `node@${digest}`],
    [`node:24@${digest}`, `docker.io/library/node:24@${digest}`, `node:24@${digest}`],
    ["localhost/app", "localhost/app:latest", "localhost/app:latest"],
    ["localhost:5000/app:1", "localhost:5000/app:1", "localhost:5000/app:1"],
    ["ghcr.io/a/b/c", "ghcr.io/a/b/c:latest", "ghcr.io/a/b/c:latest"],
    ["127.0.0.1:5000/app", "127.0.0.1:5000/app:latest", "127.0.0.1:5000/app:latest"],
    ["[::1]:5000/app", "[::1]:5000/app:latest", "[::1]:5000/app:latest"],
    ["Registry/app", "Registry/app:latest", "Registry/app:latest"],
    ["a__b/c-d--e.f:_T", "docker.io/a__b/c-d--e.f:_T", "a__b/c-d--e.f:_T"],
  ])("%s means %s", (text, full, short) => {
    const reference = parseReference(text);
    expect(formatReference(reference)).toBe(full);
    expect(shortReference(reference)).toBe(short);
  });

  it.each([
    "",
    ":tag",
    "node:",
    "Node",
    "node@",
    "node@sha256:abc",
    `node@${digest}@${digest}`,
    "a//b",
    "/a",
    "a/",
    "a_-b",
    "-a",
    "a..b",
    `node:${"x".repeat(129)}`,
    "host:port/app",
    "-host.example/app",
    "app:ta g",
    "https://ghcr.io/a/b",
    "a".repeat(300),
    digest.slice(7),
    "node\n",
    "ghcr.io/",
  ])("%j is refused with what is wrong and an example", (text) => {
    expect(() => parseReference(text)).toThrow(
      expect.objectContaining({ code: "OCI_REFERENCE_INVALID", hint: expect.stringContaining("node:24") }),
    );
  });

  const part = fc.stringMatching(/^[a-z0-9]{1,8}([._-][a-z0-9]{1,8})?$/);
  const repository = fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => parts.join("/"));
  const registry = fc.option(
    fc.constantFrom("ghcr.io", "localhost", "localhost:5000", "docker.io", "Host", "10.0.0.1:80"),
  );
  const tag = fc.option(fc.stringMatching(/^[A-Za-z0-9_][A-Za-z0-9._-]{0,20}$/));
  const digests = fc.option(fc.string().map((text) => sha256Digest(text)));

  it("survives being printed, in full and short", () => {
    fc.assert(
      fc.property(registry, repository, tag, digests, (host, name, wantedTag, wantedDigest) => {
        const start = host === null ? name : `${host}/${name}`;
        const text = `${start}${wantedTag === null ? "" : `:${wantedTag}`}${wantedDigest === null ? "" : `@${wantedDigest}`}`;
        const reference = parseReference(text);
        expect(parseReference(formatReference(reference))).toEqual(reference);
        expect(parseReference(shortReference(reference))).toEqual(reference);
      }),
    );
  });
});

describe("a name that leaves the tag to Docker", () => {
  it.each([
    ["node", false],
    ["localhost:5000/team/app", false],
    ["[::1]:5000/app", false],
    ["node:latest", true],
    ["localhost:5000/team/app:1", true],
    [`team/app@${digest}`, true],
  ])("%s: says which image it means: %s", (text, expected) => {
    expect(namesImage(text)).toBe(expected);
  });
});
