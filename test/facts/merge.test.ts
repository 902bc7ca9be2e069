import { lstat, mkdir, readdir, readFile, readlink, realpath, rm, symlink, writeFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { applyLayer, createTree, type LayerFile, type MutableTree } from "../../src/facts/merge.ts";
import type { FileType } from "../../src/facts/model.ts";
import { temporaryFolder } from "../support/temporary.ts";

interface Step {
  readonly path: string;
  readonly type: FileType;
  readonly linkPath: string;
}

const name = fc.constantFrom("a", "b", "c");
const path = fc.array(name, { minLength: 1, maxLength: 3 }).map((parts) => parts.join("/"));
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: path.map((at) => ({ path: at, type: "file", linkPath: "" }) as const) },
  { weight: 2, arbitrary: path.map((at) => ({ path: at, type: "directory", linkPath: "" }) as const) },
  {
    weight: 2,
    arbitrary: fc.tuple(path, path).map(([at, to]) => ({ path: at, type: "symlink", linkPath: to }) as const),
  },
);
const whiteout = path.map((at): Step => {
  const parent = dirname(at);
  return { path: join(parent, `.wh.${at.slice(at.lastIndexOf("/") + 1)}`), type: "file", linkPath: "" };
});
const opaque = path.map((at): Step => ({ path: `${at}/.wh..wh..opq`, type: "file", linkPath: "" }));
const layer = fc.tuple(
  fc.array(fc.oneof(whiteout, opaque), { maxLength: 3 }),
  fc.uniqueArray(step, { minLength: 1, maxLength: 6, selector: (entry) => entry.path }),
);

describe("applyLayer", () => {
  it("leaves what the same steps leave in a folder on a disk", async () => {
    const root = await realpath(await temporaryFolder());
    let compared = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(layer, { minLength: 1, maxLength: 3 }), async (layers) => {
        const directory = join(root, `run-${compared++}`);
        await mkdir(directory);
        const tree = createTree();
        for (const [index, [markers, steps]] of layers.entries()) {
          fc.pre(await applyToDisk(directory, [...markers, ...steps], index));
          applyLayer(tree, {
            index,
            markers: markers.map(({ path }) => path),
            files: [...markers, ...steps].map((entry) => layerFile(entry, index)),
          });
        }
        expect(withoutFolders(tree)).toEqual(await filesOn(directory));
      }),
      { numRuns: 150, seed: 11 },
    );
    expect(compared).toBeGreaterThan(150);
  });
});

function layerFile(entry: Step, index: number): LayerFile {
  const content = entry.type === "file" ? Buffer.from(String(index)) : null;
  const file = { ...entry, mode: 0o644, uid: 0, gid: 0, size: content?.length ?? 0, layer: index };
  return { file, content, trait: null, finding: null };
}

function withoutFolders(tree: MutableTree): Record<string, string> {
  const files = [...tree.files.values()].filter((file) => file.type !== "directory");
  return Object.fromEntries(
    files
      .map((file): [string, string] => [
        file.path,
        file.type === "symlink" ? `-> ${file.linkPath}` : String(tree.contents.get(file.path)),
      ])
      .sort(),
  );
}

/**
 * Does to a folder what a container runtime does with a layer. False for steps no archive of a real file system has:
 * those that go through a file, out of the folder, or through a link that leads nowhere.
 */
async function applyToDisk(root: string, steps: readonly Step[], index: number): Promise<boolean> {
  const made = new Set<string>();
  for (const entry of steps) {
    const base = entry.path.slice(entry.path.lastIndexOf("/") + 1);
    const parent = join(root, dirname(entry.path));
    const isMarker = base.startsWith(".wh.");
    if (
      !isMarker &&
      !(await mkdir(parent, { recursive: true }).then(
        () => true,
        () => false,
      ))
    )
      return false;
    const real = await realpath(parent).catch(() => null);
    if (real === null) {
      if (isMarker && !(await exists(parent))) continue;
      return false;
    }
    if (relative(root, real).startsWith("..") || !(await lstat(real)).isDirectory()) return false;
    if (base === ".wh..wh..opq") {
      for (const child of await readdir(real)) await rm(join(real, child), { recursive: true });
      continue;
    }
    if (isMarker) {
      await rm(join(real, base.slice(".wh.".length)), { recursive: true, force: true });
      continue;
    }
    const place = join(real, base);
    const found = await lstat(place).catch(() => null);
    if ([...made].some((done) => done.startsWith(`${place}/`)) && entry.type !== "directory") return false;
    if (found !== null && !(found.isDirectory() && entry.type === "directory")) await rm(place, { recursive: true });
    if (entry.type === "directory") await mkdir(place, { recursive: true });
    else if (entry.type === "symlink") await symlink(entry.linkPath, place);
    else await writeFile(place, String(index));
    made.add(place);
  }
  return true;
}

async function exists(place: string): Promise<boolean> {
  return (await lstat(place).catch(() => null)) !== null;
}

async function filesOn(root: string): Promise<Record<string, string>> {
  const found: [string, string][] = [];
  for (const entry of await readdir(root, { recursive: true, withFileTypes: true })) {
    const place = join(entry.parentPath, entry.name);
    const at = relative(root, place);
    if (entry.isSymbolicLink()) found.push([at, `-> ${await readlink(place)}`]);
    else if (entry.isFile()) found.push([at, await readFile(place, "utf8")]);
  }
  return Object.fromEntries(found.sort());
}
