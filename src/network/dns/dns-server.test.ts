import { expect, test } from "bun:test";
import { connect } from "node:net";

import * as packet from "dns-packet";

import type { EndpointSlice } from "../../api/types/discovery-v1.ts";
import { silentLogger } from "../../lib/logger.ts";
import type { DnsView } from "./cluster-records.ts";
import { type DnsServer, startDnsServer } from "./dns-server.ts";
import { framed } from "./upstream.ts";

const NAME = "many.default.svc.cluster.local";

/** A headless service with `count` endpoints. */
function viewOf(count: number): DnsView {
  const addresses = Array.from({ length: count }, (_, index) => `10.1.${index >> 8}.${index & 255}`);
  const slice: EndpointSlice = {
    apiVersion: "discovery.k8s.io/v1",
    kind: "EndpointSlice",
    metadata: { name: "many-1" },
    addressType: "IPv4",
    endpoints: addresses.map((address) => ({ addresses: [address] })),
  };
  return {
    clusterDomain: "cluster.local",
    hasNamespace: () => true,
    service: (namespace, name) => ({
      apiVersion: "v1",
      kind: "Service",
      metadata: { namespace, name },
      spec: { clusterIP: "None" },
    }),
    slices: () => [slice],
    serviceByIp: () => undefined,
    slicesByIp: () => [],
  };
}

const startServer = (view: DnsView): Promise<DnsServer> =>
  startDnsServer({
    address: "127.0.0.1",
    port: 0,
    names: {
      view,
      upstream: { ask: async () => await Promise.reject(new Error("no resolver")) },
      hosts: (name) => (name === "printer.office" ? ["192.0.2.9"] : undefined),
      resolvers: () => [],
    },
    log: silentLogger,
  });

/** Undefined when the server closes the connection instead. */
async function askByTcp(port: number, name: string): Promise<packet.DecodedPacket | undefined> {
  const query = packet.encode({ type: "query", id: 7, questions: [{ type: "A", name, class: "IN" }] });
  const socket = connect({ host: "127.0.0.1", port });
  socket.write(framed(query));
  let received = Buffer.alloc(0);
  for await (const chunk of socket) {
    received = Buffer.concat([received, chunk as Buffer]);
    if (received.length >= 2 && received.length >= 2 + received.readUInt16BE(0)) break;
  }
  return received.length === 0 ? undefined : packet.decode(received.subarray(2));
}

test("startDnsServer answers with all addresses when they fit into a message", async () => {
  await using server = await startServer(viewOf(500));
  const answer = await askByTcp(server.tcpPort, NAME);
  expect(answer?.answers).toHaveLength(500);
  expect(answer?.flag_tc).toBe(false);
});

test("startDnsServer gives as many addresses as a message holds, and says that there are more", async () => {
  await using server = await startServer(viewOf(10_000));
  const answer = await askByTcp(server.tcpPort, NAME);
  expect(answer?.answers?.length).toBeGreaterThan(1000);
  expect(answer?.flag_tc).toBe(true);
});

test("startDnsServer answers with the hosts that users list", async () => {
  await using server = await startServer(viewOf(1));
  const answer = await askByTcp(server.tcpPort, "printer.office");
  expect(answer?.answers).toMatchObject([{ type: "A", data: "192.0.2.9" }]);
});

test("startDnsServer closes the connection of a question that cannot be answered, and takes the next", async () => {
  await using server = await startServer(viewOf(1));
  expect(await askByTcp(server.tcpPort, "elsewhere.example")).toBeUndefined();
  expect((await askByTcp(server.tcpPort, NAME))?.answers).toHaveLength(1);
});
