import { execFile } from "node:child_process";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { promisify } from "node:util";
import { describe, expect, it, onTestFinished } from "vitest";

const answer = "HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nvia proxy";
const script = `
  import { useProxies } from "${new URL("../../src/cli/proxy.ts", import.meta.url).href}";
  useProxies(JSON.parse(process.argv[1]));
  const response = await fetch("http://archive.invalid/debian").catch((cause) => ({ text: () => cause.message }));
  process.stdout.write(await response.text());
`;

/** What a request prints in a process whose environment is this. */
async function fetched(environment: Readonly<Record<string, string>>): Promise<string> {
  const args = ["--input-type=module", "--eval", script, JSON.stringify(environment)];
  return (await promisify(execFile)(process.execPath, args)).stdout;
}

describe("requests", () => {
  it("go through the proxy the environment names", async () => {
    const asked: string[] = [];
    const proxy = createServer();
    proxy.on("connect", ({ url }, socket) => {
      asked.push(url ?? "");
      socket.write("HTTP/1.1 200 OK\r\n\r\n");
      socket.once("data", () => socket.end(answer));
    });
    await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => {
      proxy.close();
    });
    const { port } = proxy.address() as AddressInfo;
    expect(await fetched({ http_proxy: `http://127.0.0.1:${port}` })).toBe("via proxy");
    expect(asked).toEqual(["archive.invalid:80"]);
    expect(await fetched({ http_proxy: `http://127.0.0.1:${port}`, no_proxy: "archive.invalid" })).toBe("fetch failed");
  });

  it("go straight where it names none", async () => {
    expect(await fetched({ no_proxy: "localhost", HTTP_PROXY: "" })).toBe("fetch failed");
  });
});
