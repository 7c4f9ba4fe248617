/**
 * What pods run to measure their network: `serve`, or a client that prints one number.
 *   send HOST PORT SECONDS                bytes/s that a server takes over one connection
 *   connect HOST PORT SECONDS AT-ONCE     new connections/s, each with an answer
 *   dns SERVER NAME SECONDS AT-ONCE       answers/s
 */
import { createSocket } from "node:dgram";
import { connect, createServer } from "node:net";

import * as packet from "dns-packet";

const [mode = "", host = "", second = "", seconds = "1", atOnce = "1"] = process.argv.slice(2);

if (mode === "serve") serve();
else console.log(await measured());

function serve(): void {
  Bun.listen({ hostname: "0.0.0.0", port: 9000, socket: { data() {} } });
  createServer((socket) => {
    socket.on("error", () => socket.destroy());
    socket.end("x");
  }).listen({ host: "0.0.0.0", port: 9001, backlog: 4096 });
  Bun.serve({ hostname: "0.0.0.0", port: 9002, fetch: () => new Response("small") });
  console.log("serving");
}

async function measured(): Promise<number> {
  const ms = Number(seconds) * 1000;
  if (mode === "send") return await sentPerSecond(ms);
  if (mode === "connect") return await connectionsPerSecond(ms);
  return await answersPerSecond(ms);
}

async function sentPerSecond(ms: number): Promise<number> {
  const piece = Buffer.alloc(1 << 20);
  const socket = connect({ host, port: Number(second) });
  await new Promise<void>((resolve, reject) => {
    socket.once("connect", resolve);
    socket.once("error", reject);
  });
  const begin = performance.now();
  let bytes = 0;
  while (performance.now() - begin < ms) {
    bytes += piece.length;
    if (!socket.write(piece)) await new Promise((resolve) => socket.once("drain", resolve));
  }
  const elapsed = performance.now() - begin;
  socket.destroy();
  return (bytes / elapsed) * 1000;
}

async function connectionsPerSecond(ms: number): Promise<number> {
  const begin = performance.now();
  let count = 0;
  const one = async (): Promise<void> => {
    while (performance.now() - begin < ms) {
      await new Promise<void>((resolve, reject) => {
        const socket = connect({ host, port: Number(second) });
        socket.once("data", () => socket.destroy());
        socket.once("close", () => resolve());
        socket.once("error", reject);
      });
      count++;
    }
  };
  await Promise.all(Array.from({ length: Number(atOnce) }, one));
  return (count / (performance.now() - begin)) * 1000;
}

/** A question for each answer, and so many at once; what is lost is asked again after a moment. */
async function answersPerSecond(ms: number): Promise<number> {
  const question = packet.encode({
    type: "query",
    id: 1,
    flags: packet.RECURSION_DESIRED,
    questions: [{ name: second, type: "A", class: "IN" }],
  });
  const socket = createSocket({ type: "udp4", recvBufferSize: 1 << 20 });
  await new Promise<void>((resolve) => socket.connect(53, host, resolve));
  const begin = performance.now();
  let count = 0;
  let wrong = 0;
  let lastAt = begin;
  const ask = (): void => socket.send(question);
  socket.on("message", (bytes) => {
    count++;
    lastAt = performance.now();
    // The last four bits of the flags say how it went; then how many answers there are.
    if (((bytes[3] ?? 0) & 15) !== 0 || bytes.readUInt16BE(6) === 0) wrong++;
    ask();
  });
  for (let index = 0; index < Number(atOnce); index++) ask();
  while (performance.now() - begin < ms) {
    await Bun.sleep(20);
    if (performance.now() - lastAt > 100) for (let index = 0; index < Number(atOnce); index++) ask();
  }
  const elapsed = performance.now() - begin;
  socket.close();
  if (wrong > 0) throw new Error(`${wrong} of ${count} answers were wrong`);
  return (count / elapsed) * 1000;
}
