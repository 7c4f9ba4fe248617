import type { BenchCluster } from "./bench-cluster.ts";
import { type Figure, median, percentile } from "./figures.ts";
import { type RawConnection, rawConnection, type ServerAccess, tlsSocket } from "./raw-client.ts";

const CONNECTIONS = 16;
const OBJECTS = 5000;
const GETS = 20_000;
const WATCHERS = 100;
const UPDATES = 500;
const NAMESPACE = "/api/v1/namespaces/default/configmaps";

/** The API with 16 connections and ConfigMaps of 512 bytes, as a real kube-apiserver with etcd was measured. */
export async function apiFigures(cluster: BenchCluster): Promise<readonly Figure[]> {
  const access = await cluster.access();
  const connections = await Promise.all(Array.from({ length: CONNECTIONS }, async () => await rawConnection(access)));
  try {
    const creates = await timed(connections, OBJECTS, (index) => ["POST", NAMESPACE, configMap(`cm-${index}`, 0)]);
    const gets = await timed(connections, GETS, (index) => ["GET", `${NAMESPACE}/cm-${index % OBJECTS}`, ""]);
    const lists = await listTimes(connections[0]);
    const events = await watchRate(access, connections);
    return [
      {
        name: "creates",
        value: creates.perSecond,
        unit: "/s",
        aim: 3400,
        better: "higher",
        note: `${CONNECTIONS} connections, 512-byte ConfigMaps`,
      },
      { name: "creates, p99", value: creates.p99Ms, unit: "ms", aim: 26, better: "lower" },
      {
        name: "gets",
        value: gets.perSecond,
        unit: "/s",
        aim: 7000,
        better: "higher",
        note: `${CONNECTIONS} connections`,
      },
      {
        name: `list of ${OBJECTS}`,
        value: median(lists),
        unit: "ms",
        aim: 40,
        better: "lower",
        note: `median of ${lists.length}`,
      },
      {
        name: "watch events",
        value: events,
        unit: "/s",
        aim: 70_000,
        better: "higher",
        note: `${WATCHERS} watchers x ${UPDATES} updates`,
      },
    ];
  } finally {
    for (const connection of connections) connection[Symbol.dispose]();
  }
}

function configMap(name: string, round: number): string {
  const object = { apiVersion: "v1", kind: "ConfigMap", metadata: { name }, data: { round: String(round), value: "" } };
  object.data.value = "x".repeat(512 - JSON.stringify(object).length);
  return JSON.stringify(object);
}

type Request = readonly [method: string, path: string, body: string];

async function timed(
  connections: readonly RawConnection[],
  count: number,
  requestOf: (index: number) => Request,
): Promise<{ perSecond: number; p99Ms: number }> {
  let next = 0;
  const timesMs: number[] = [];
  const begin = performance.now();
  await Promise.all(
    connections.map(async (connection) => {
      while (next < count) {
        const [method, path, body] = requestOf(next++);
        const start = performance.now();
        const status = await connection.request(`${method} ${path}`, body);
        timesMs.push(performance.now() - start);
        if (status >= 300) throw new Error(`${method} ${path} answered ${status}`);
      }
    }),
  );
  return { perSecond: (count / (performance.now() - begin)) * 1000, p99Ms: percentile(timesMs, 0.99) };
}

async function listTimes(connection: RawConnection | undefined): Promise<readonly number[]> {
  const times: number[] = [];
  for (let round = 0; round < 7; round++) {
    const begin = performance.now();
    await connection?.request(`GET ${NAMESPACE}`);
    times.push(performance.now() - begin);
  }
  return times;
}

/** Every watcher must see every update; the time ends when the last one has. */
async function watchRate(access: ServerAccess, connections: readonly RawConnection[]): Promise<number> {
  const [first] = connections;
  if (!first) return Number.NaN;
  await first.request(`POST ${NAMESPACE}`, configMap("watched", 0));
  let seen = 0;
  const { promise: allSeen, resolve } = Promise.withResolvers<undefined>();
  const marker = Buffer.from('"type":"MODIFIED"');
  const sockets = await Promise.all(Array.from({ length: WATCHERS }, async () => await tlsSocket(access)));
  await Promise.all(
    sockets.map(
      async (socket) =>
        await new Promise<void>((opened) => {
          let rest = Buffer.alloc(0);
          socket.on("data", (chunk: Buffer) => {
            opened();
            const text = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
            let at = text.indexOf(marker);
            let end = 0;
            while (at >= 0) {
              seen += 1;
              end = at + marker.length;
              at = text.indexOf(marker, end);
            }
            // A marker may be cut by the end of a chunk.
            rest = Buffer.from(text.subarray(Math.max(end, text.length - marker.length + 1)));
            if (seen >= WATCHERS * UPDATES) resolve(undefined);
          });
          socket.write(
            `GET ${NAMESPACE}?watch=1&fieldSelector=metadata.name%3Dwatched HTTP/1.1\r\nHost: localhost\r\nAccept: application/json\r\n\r\n`,
          );
        }),
    ),
  );
  const begin = performance.now();
  for (let round = 1; round <= UPDATES; round++)
    await first.request(`PUT ${NAMESPACE}/watched`, configMap("watched", round));
  await allSeen;
  const seconds = (performance.now() - begin) / 1000;
  for (const socket of sockets) socket.destroy();
  return (WATCHERS * UPDATES) / seconds;
}
