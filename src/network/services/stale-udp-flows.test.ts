import { expect, test } from "bun:test";
import { createSocket } from "node:dgram";

import { silentLogger } from "../../lib/logger.ts";
import { aRoute } from "../../testing/routes.ts";
import { connectionTracking, type UdpFlow } from "./connection-tracking.ts";
import type { Routes } from "./service-proxy.ts";
import { isStale, StaleUdpFlows, udpEntries } from "./stale-udp-flows.ts";

const routes = (...ips: readonly string[]): Routes => ({
  services: [
    aRoute(
      ips.map((ip) => ({ ip, port: 5353 })),
      { protocol: "UDP", port: 53, nodePort: 30053 },
    ),
  ],
  hostPorts: [],
  nodes: [],
});

const flow = (changes: Partial<UdpFlow> = {}): UdpFlow => ({
  originalDestination: "10.96.0.20",
  originalPort: 53,
  replySource: "10.244.0.5",
  ...changes,
});

test("a flow is stale when its pod serves no more, and another one does", () => {
  const stale = (each: UdpFlow, ...ips: readonly string[]) => isStale(each, udpEntries(routes(...ips)));
  expect(stale(flow(), "10.244.0.5")).toBe(false);
  expect(stale(flow(), "10.244.0.6")).toBe(true);
  expect(stale(flow())).toBe(false);
  expect(stale(flow({ originalPort: 54 }), "10.244.0.6")).toBe(false);
  expect(stale(flow({ originalDestination: "192.0.2.1", originalPort: 30053 }), "10.244.0.6")).toBe(true);
});

test("StaleUdpFlows looks when a pod went or the first came, and not when one more came", async () => {
  let looks = 0;
  const tracking = { forgetUdp: () => ++looks };
  const flows = new StaleUdpFlows(tracking, silentLogger);
  await flows.apply(routes("10.244.0.5"));
  expect(looks).toBe(1);
  await flows.apply(routes("10.244.0.5", "10.244.0.6"));
  expect(looks).toBe(1);
  await flows.apply(routes("10.244.0.6"));
  expect(looks).toBe(2);
});

const tracking = connectionTracking();

// Needs root, and a kernel that tracks connections: without them there is nothing to look at.
test.skipIf(!tracking)("connectionTracking shows a flow of this machine and forgets it when told to", async () => {
  const [server, client] = [createSocket("udp4"), createSocket("udp4")];
  await new Promise<void>((resolve) => server.bind(0, "127.0.0.1", resolve));
  server.on("message", (_, from) => server.send("pong", from.port, from.address));
  const { port } = server.address();
  await new Promise<void>((resolve) => {
    client.once("message", () => resolve());
    client.send("ping", port, "127.0.0.1");
  });
  const isOurs = (each: UdpFlow): boolean => each.originalDestination === "127.0.0.1" && each.originalPort === port;
  const seen = tracking?.forgetUdp(isOurs) ?? 0;
  // A kernel without any rule for connections tracks none.
  if (seen > 0) expect(tracking?.forgetUdp(isOurs)).toBe(0);
  server.close();
  client.close();
});
