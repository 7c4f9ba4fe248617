import { expect, test } from "bun:test";
import { createSocket, type Socket } from "node:dgram";

import { aTarget } from "../../testing/routes.ts";
import { listenUdp } from "./udp-relay.ts";

async function bound(
  onMessage: (socket: Socket, bytes: Buffer, port: number) => void,
): Promise<{ socket: Socket; port: number }> {
  const socket = createSocket("udp4");
  socket.on("message", (bytes, from) => onMessage(socket, bytes, from.port));
  await new Promise<void>((resolve) => socket.bind(0, "127.0.0.1", resolve));
  return { socket, port: socket.address().port };
}

/** Answers every datagram with a name in front of it. */
const echo = async (name: string) =>
  await bound((socket, bytes, port) => socket.send(`${name} ${bytes.toString()}`, port, "127.0.0.1"));

test("listenUdp brings datagrams to an endpoint and answers back, and keeps a client with its endpoint", async () => {
  const [one, two] = [await echo("one"), await echo("two")];
  const endpoints = [one, two].map(({ port }) => ({ ip: "127.0.0.1", port }));
  const listener = await listenUdp({ hostname: "127.0.0.1", port: 0 }, () => aTarget(endpoints));
  const ask = async (client: Socket, text: string): Promise<string> =>
    await new Promise((resolve) => {
      client.once("message", (bytes) => resolve(bytes.toString()));
      client.send(text, listener.port, "127.0.0.1");
    });
  const clients = [createSocket("udp4"), createSocket("udp4")];
  const first = await Promise.all(clients.map(async (client) => await ask(client, "a")));
  expect(first.toSorted()).toEqual(["one a", "two a"]);
  const second = await Promise.all(clients.map(async (client) => await ask(client, "b")));
  expect(second).toEqual(first.map((answer) => answer.replace(" a", " b")));
  for (const socket of [...clients, one.socket, two.socket]) socket.close();
  listener.close();
});

test("listenUdp moves a client to another endpoint when its own is gone", async () => {
  const [one, two] = [await echo("one"), await echo("two")];
  let endpoints = [{ ip: "127.0.0.1", port: one.port }];
  const listener = await listenUdp({ hostname: "127.0.0.1", port: 0 }, () => aTarget(endpoints));
  const client = createSocket("udp4");
  const ask = async (): Promise<string> =>
    await new Promise((resolve) => {
      client.once("message", (bytes) => resolve(bytes.toString()));
      client.send("a", listener.port, "127.0.0.1");
    });
  expect(await ask()).toBe("one a");
  endpoints = [{ ip: "127.0.0.1", port: two.port }];
  expect(await ask()).toBe("two a");
  for (const socket of [client, one.socket, two.socket]) socket.close();
  listener.close();
});
