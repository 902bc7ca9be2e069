import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { serveFolder } from "../support/serve-folder.ts";
import { temporaryFolder } from "../support/temporary.ts";
import { testHttp } from "./clients.ts";

it("a body that trickles in slower than its pace is given up, one that keeps it is not", async () => {
  const folder = await temporaryFolder();
  await writeFile(join(folder, "feed"), Buffer.alloc(60));
  const server = await serveFolder(folder);
  onTestFinished(server.close);
  server.fault = () => ({ drip: { bytes: 1, every: 20 } });
  const { http } = testHttp();
  const slow = await http.request(`${server.url}/feed`, { pace: { bytes: 1000, within: 300 } });
  await expect(slow.bytes()).rejects.toMatchObject({
    code: "HTTP_TIMEOUT",
    message: expect.stringMatching(/sent only \d+ bytes in 0\.3 s/),
  });
  const steady = await http.request(`${server.url}/feed`, { pace: { bytes: 2, within: 300 } });
  expect(await steady.bytes()).toHaveLength(60);
});
