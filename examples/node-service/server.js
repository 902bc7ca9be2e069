import { createServer } from "node:http";

const started = Date.now();

const server = createServer((request, response) => {
  const url = new URL(request.url ?? "/", "http://localhost");
  const [status, body] = answer(url);
  response.writeHead(status, { "content-type": "application/json" }).end(`${JSON.stringify(body)}\n`);
  console.log(JSON.stringify({ method: request.method, path: url.pathname, status }));
});

server.listen(Number(process.env.PORT ?? 3000), () => {
  console.log(JSON.stringify({ listening: server.address(), node: process.version }));
});

for (const signal of ["SIGTERM", "SIGINT"]) process.on(signal, () => server.close());

function answer(url) {
  if (url.pathname === "/")
    return [200, { service: "node-service", node: process.version, uid: process.getuid?.() ?? null }];
  if (url.pathname === "/healthz")
    return [200, { status: "ok", uptimeSeconds: Math.round((Date.now() - started) / 1000) }];
  if (url.pathname === "/time") return time(url.searchParams.get("zone") ?? "UTC");
  return [404, { error: "not found" }];
}

function time(zone) {
  try {
    const format = new Intl.DateTimeFormat("sv-SE", { timeZone: zone, dateStyle: "short", timeStyle: "long" });
    return [200, { zone, time: format.format(new Date()) }];
  } catch {
    return [400, { error: `unknown time zone ${zone}` }];
  }
}
