import { expect, test } from "bun:test";

import { silentLogger } from "../../lib/logger.ts";
import { aRoute } from "../../testing/routes.ts";
import { HealthCheckPorts } from "./health-check-ports.ts";
import type { Routes } from "./service-proxy.ts";

const PORT = 32_719;
const nodes = [
  { name: "one", zone: undefined, podCidr: "10.244.0.0/24", ip: "127.40.0.1" },
  { name: "two", zone: undefined, podCidr: "10.244.1.0/24", ip: "127.40.0.2" },
];
const endpoint = { ip: "10.244.0.5", port: 80 };

const routes = (isThere: boolean): Routes => ({
  services: [
    aRoute([endpoint], {
      healthCheckNodePort: PORT,
      outside: {
        everywhere: isThere ? [endpoint] : [],
        byNode: new Map([
          ["one", isThere ? [endpoint] : []],
          ["two", []],
        ]),
      },
    }),
  ],
  hostPorts: [],
  nodes,
});

test("HealthCheckPorts says for each node whether it has endpoints of its own", async () => {
  const ask = async (ip: string): Promise<unknown> => {
    const response = await fetch(`http://${ip}:${PORT}/`, { keepalive: false });
    return { status: response.status, ...((await response.json()) as object) };
  };
  const service = { namespace: "default", name: "web" };
  {
    await using ports = new HealthCheckPorts(silentLogger);
    await ports.apply(routes(true));
    expect(await ask("127.40.0.1")).toEqual({ status: 200, service, localEndpoints: 1, serviceProxyHealthy: true });
    expect(await ask("127.40.0.2")).toEqual({ status: 503, service, localEndpoints: 0, serviceProxyHealthy: true });
    expect(await ask("127.0.0.1")).toMatchObject({ status: 200 });
    await ports.apply(routes(false));
    expect(await ask("127.40.0.1")).toMatchObject({ status: 503 });
  }
  expect(await ask("127.40.0.1").catch(() => "closed")).toBe("closed");
});
