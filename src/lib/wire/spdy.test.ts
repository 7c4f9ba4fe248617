import { expect, test } from "bun:test";
import { duplexPair } from "node:stream";
import { constants, createDeflate } from "node:zlib";

import { spdyDictionary } from "./spdy-dictionary.ts";
import { SpdyConnection, type SpdyStream, SpdyStreamReset } from "./spdy.ts";

/** Opens streams as Go's client does: headers are compressed against one dictionary for the whole connection. */
class Client {
  readonly #deflate = createDeflate({ dictionary: spdyDictionary(), flush: constants.Z_SYNC_FLUSH });

  async open(id: number, headers: Record<string, string>): Promise<Buffer> {
    const block = await this.#deflated(headerBlock(headers));
    const payload = Buffer.alloc(10 + block.length);
    payload.writeUInt32BE(id, 0);
    payload.set(block, 10);
    return control(1, payload);
  }

  #deflated(bytes: Buffer): Promise<Buffer> {
    return new Promise((resolve) => {
      this.#deflate.write(bytes, () => resolve(this.#deflate.read()));
    });
  }
}

function headerBlock(headers: Record<string, string>): Buffer {
  const texts = Object.entries(headers).flat();
  const parts = texts.map((text) => {
    const part = Buffer.alloc(4 + text.length);
    part.writeUInt32BE(text.length, 0);
    part.write(text, 4, "latin1");
    return part;
  });
  const count = Buffer.alloc(4);
  count.writeUInt32BE(texts.length / 2, 0);
  return Buffer.concat([count, ...parts]);
}

function control(type: number, payload: Buffer): Buffer {
  const head = Buffer.from([0x80, 3, 0, type, 0, 0, 0, 0]);
  head.writeUIntBE(payload.length, 5, 3);
  return Buffer.concat([head, payload]);
}

function data(id: number, text: string, isLast = false): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt32BE(id, 0);
  head[4] = isLast ? 1 : 0;
  head.writeUIntBE(text.length, 5, 3);
  return Buffer.concat([head, Buffer.from(text)]);
}

/** What the server sent on one stream. */
function dataOf(received: Buffer, id: number): string {
  let text = "";
  for (let at = 0; at + 8 <= received.length;) {
    const length = received.readUIntBE(at + 5, 3);
    const isData = ((received[at] ?? 0) & 0x80) === 0;
    if (isData && received.readUInt32BE(at) === id) text += received.toString("latin1", at + 8, at + 8 + length);
    at += 8 + length;
  }
  return text;
}

test("SpdyConnection carries several streams at once, in frames cut anywhere", async () => {
  const [near, far] = duplexPair();
  const received: Buffer[] = [];
  far.on("data", (chunk: Buffer) => received.push(chunk));
  const streams: SpdyStream[] = [];
  const { promise: echoed, resolve } = Promise.withResolvers<void>();
  let open = 2;
  const running = new SpdyConnection(near).run((stream) => {
    streams.push(stream);
    stream.readable.pipeTo(stream.writable).then(() => --open === 0 && resolve(), resolve);
  });

  const client = new Client();
  const sent = Buffer.concat([
    await client.open(1, { streamtype: "data", port: "80" }),
    await client.open(3, { StreamType: "error" }),
    data(1, "hello "),
    data(3, "other", true),
    data(1, "world", true),
  ]);
  for (let at = 0; at < sent.length; at += 7) far.write(sent.subarray(at, at + 7));
  await echoed;
  far.end();
  await running;

  expect(streams.map(({ headers }) => headers)).toEqual([{ streamtype: "data", port: "80" }, { streamtype: "error" }]);
  const all = Buffer.concat(received);
  expect(dataOf(all, 1)).toBe("hello world");
  expect(dataOf(all, 3)).toBe("other");
});

test("SpdyConnection answers a ping with the same ping", async () => {
  const [near, far] = duplexPair();
  const running = new SpdyConnection(near).run(() => undefined);
  const answer = new Promise<Buffer>((resolve) => {
    far.once("data", resolve);
  });
  const ping = control(6, Buffer.from([0, 0, 0, 9]));
  far.write(ping);
  expect(await answer).toEqual(ping);
  far.end();
  await running;
});

test("A stream that the client resets ends with an error", async () => {
  const [near, far] = duplexPair();
  const { promise, resolve } = Promise.withResolvers<unknown>();
  const running = new SpdyConnection(near).run(({ readable }) => {
    readable.pipeTo(new WritableStream()).catch(resolve);
  });
  far.write(await new Client().open(1, {}));
  far.write(control(3, Buffer.from([0, 0, 0, 1, 0, 0, 0, 5])));
  expect(await promise).toBeInstanceOf(SpdyStreamReset);
  far.end();
  far.resume();
  await running;
});

test("SpdyConnection as a client opens streams that a server answers, each in both directions", async () => {
  const [near, far] = duplexPair();
  const serving = new SpdyConnection(far).run(({ readable, writable }) => {
    // Checked by what the client receives.
    readable.pipeTo(writable).catch(() => undefined);
  });
  const client = new SpdyConnection(near);
  const running = client.run(() => undefined);
  const echoOf = async (text: string): Promise<string> => {
    const stream = client.open({ streamtype: "data", port: text });
    const writer = stream.writable.getWriter();
    await writer.write(Buffer.from(text));
    await writer.close();
    return await new Response(stream.readable).text();
  };
  expect(await Promise.all([echoOf("one"), echoOf("two"), echoOf("three")])).toEqual(["one", "two", "three"]);
  near.destroy();
  far.destroy();
  await Promise.allSettled([running, serving]);
});
