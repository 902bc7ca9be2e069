import { acquireIndex } from "../../src/apt/suite.ts";
import { openCache } from "../../src/cache/cache.ts";
import { createHttp } from "../../src/http/fetch.ts";
import { testNow } from "./moment.ts";

// A process that acquires an archive's index and prints the versions of libc6: `node acquire-process.ts SETTINGS`.
const settings = JSON.parse(process.argv[2] ?? "{}");
const index = await acquireIndex(
  { codename: "trixie", architecture: "amd64" },
  {
    http: createHttp({ fetch: globalThis.fetch, userAgent: "hardpan/test" }),
    cache: await openCache(settings.directory),
    now: () => testNow,
    mirrors: settings.mirrors,
    trust: { pins: settings.pins, keyring: async () => Buffer.from(settings.keyring, "base64") },
  },
);
console.log(
  index
    .find("libc6")
    .map((entry) => entry.version)
    .join(" "),
);
