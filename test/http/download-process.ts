import { openCache } from "../../src/cache/cache.ts";
import { download } from "../../src/http/download.ts";
import { createHttp } from "../../src/http/fetch.ts";

// A process that downloads one file into a cache: `node download-process.ts URL CACHE SHA256 SIZE`.
const [, , url = "", directory = "", sha256 = "", size = ""] = process.argv;
const http = createHttp({ fetch: globalThis.fetch, userAgent: "hardpan/test" });
await download({ urls: [url], name: "file", sha256, size: Number(size) }, { http, cache: await openCache(directory) });
