import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseDockerfile } from "../../src/dockerfile/parse.ts";

const folder = fileURLToPath(new URL("../../examples/node-service/", import.meta.url));
let service: ChildProcess;
let address = "";

beforeAll(async () => {
  service = spawn(process.execPath, ["server.js"], {
    cwd: folder,
    env: { PORT: "0" },
    stdio: ["ignore", "pipe", "inherit"],
  });
  if (service.stdout === null) throw new Error("the service has no output");
  for await (const line of createInterface({ input: service.stdout })) {
    address = `http://127.0.0.1:${JSON.parse(line).listening.port}`;
    break;
  }
  service.stdout.resume();
});

afterAll(async () => {
  const exit = once(service, "exit");
  service.kill("SIGTERM");
  expect(await exit).toEqual([0, null]);
});

describe("examples/node-service", () => {
  it.each([
    ["/", 200, { service: "node-service" }],
    ["/healthz", 200, { status: "ok" }],
    [
      "/time?zone=Europe/Paris",
      200,
      {
        zone: "Europe/Paris",
        time: expect.stringMatching(/^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2} (?:CET|CEST|GMT\+[12])$/),
      },
    ],
    ["/time?zone=Nowhere", 400, { error: "unknown time zone Nowhere" }],
    ["/else", 404, { error: "not found" }],
  ])("answers %s", async (path, status, body) => {
    const response = await fetch(`${address}${path}`);
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject(body);
  });

  it("has a Dockerfile that a builder takes", () => {
    expect(parseDockerfile(readFileSync(`${folder}Dockerfile`, "utf8")).diagnostics).toEqual([]);
  });
});
