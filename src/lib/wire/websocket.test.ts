import { expect, test } from "bun:test";
import { duplexPair, type Duplex } from "node:stream";

import { webSocketAccept, WebSocketConnection } from "./websocket.ts";

const MASK = Buffer.from([1, 2, 3, 4]);

/** A client's frame: masked, as RFC 6455 wants. */
function frame(opcode: number, text: string, isFinal = true): Buffer {
  const payload = Buffer.from(text);
  const masked = payload.map((byte, index) => byte ^ (MASK[index & 3] ?? 0));
  const first = (isFinal ? 0x80 : 0) | opcode;
  const head =
    payload.length < 126
      ? [first, 0x80 | payload.length]
      : [first, 0x80 | 126, payload.length >> 8, payload.length & 0xff];
  return Buffer.concat([Buffer.from(head), MASK, masked]);
}

async function messagesOf(connection: WebSocketConnection): Promise<string[]> {
  const messages: string[] = [];
  for await (const message of connection.messages()) messages.push(message.toString());
  return messages;
}

const nextChunk = (stream: Duplex): Promise<Buffer> =>
  new Promise((resolve) => {
    stream.once("data", resolve);
  });

test("webSocketAccept is the value of RFC 6455's example", () => {
  expect(webSocketAccept("dGhlIHNhbXBsZSBub25jZQ==")).toBe("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
});

test("Messages are joined from fragments and unmasked, however the bytes arrive", async () => {
  const [near, far] = duplexPair();
  const long = "x".repeat(300);
  const sent = Buffer.concat([frame(2, "one"), frame(2, "tw", false), frame(0, "o"), frame(2, long), frame(8, "")]);
  const messages = messagesOf(new WebSocketConnection(near, sent.subarray(0, 3)));
  for (let at = 3; at < sent.length; at += 5) far.write(sent.subarray(at, at + 5));
  far.resume();
  expect(await messages).toEqual(["one", "two", long]);
});

test("A ping between fragments is answered, and does not disturb the message", async () => {
  const [near, far] = duplexPair();
  const messages = messagesOf(new WebSocketConnection(near, Buffer.alloc(0)));
  const answer = nextChunk(far);
  far.write(Buffer.concat([frame(2, "a", false), frame(9, "hi"), frame(0, "b")]));
  expect(await answer).toEqual(Buffer.from([0x8a, 2, ...Buffer.from("hi")]));
  far.end();
  expect(await messages).toEqual(["ab"]);
});

test("Messages of every size are sent with the right length", async () => {
  for (const [size, head] of [
    [5, [0x82, 5]],
    [300, [0x82, 126, 1, 44]],
    [70_000, [0x82, 127, 0, 0, 0, 0, 0, 1, 0x11, 0x70]],
  ] as const) {
    const [near, far] = duplexPair({ highWaterMark: 200_000 });
    const received = nextChunk(far);
    await new WebSocketConnection(near, Buffer.alloc(0)).send(Buffer.alloc(size, 7));
    const bytes = await received;
    expect([...bytes.subarray(0, head.length)]).toEqual([...head]);
    expect(bytes.length).toBe(head.length + size);
  }
});

test("WebSocketConnection as a client masks what it sends, and understands a server", async () => {
  const [near, far] = duplexPair();
  const client = new WebSocketConnection(near, Buffer.alloc(0), "client");
  const server = new WebSocketConnection(far, Buffer.alloc(0));
  const received = messagesOf(server);
  await client.send(Buffer.from("hello"));
  await server.send(Buffer.from("answer"));
  const answers = messagesOf(client);
  client.close();
  expect(await received).toEqual(["hello"]);
  expect(await answers).toEqual(["answer"]);
});

test("A message is refused when its fragments together are too large", async () => {
  const [near] = duplexPair();
  const fragment = frame(0, "x".repeat(65_000), false);
  const flood = Buffer.concat(Array.from({ length: 600 }, () => fragment));
  const refusal = await messagesOf(new WebSocketConnection(near, flood)).catch((error: Error) => error.message);
  expect(refusal).toContain("too large");
});
