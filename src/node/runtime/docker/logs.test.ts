import { expect, test } from "bun:test";

import type { LogChunk } from "../runtime.ts";
import { framedChunks, terminalChunks } from "./logs.ts";

const T1 = "2026-01-01T00:00:01.000000001Z";
const T2 = "2026-01-01T00:00:02.000000002Z";
const PART = "x".repeat(16 * 1024);

/** The same bytes in pieces of every size, since a socket may cut them anywhere. */
async function inPieces(
  bytes: Buffer,
  size: number,
  read: (source: AsyncIterable<Uint8Array>) => AsyncIterable<LogChunk>,
): Promise<string[]> {
  async function* pieces() {
    for (let offset = 0; offset < bytes.length; offset += size) yield bytes.subarray(offset, offset + size);
  }
  const chunks: string[] = [];
  for await (const { stream, time, bytes: line } of read(pieces())) {
    chunks.push(`${stream} ${time.slice(17, 19)} ${Buffer.from(line).toString()}`);
  }
  return chunks;
}

function frame(type: number, text: string): Buffer {
  const header = Buffer.alloc(8);
  header[0] = type;
  header.writeUInt32BE(Buffer.byteLength(text), 4);
  return Buffer.concat([header, Buffer.from(text)]);
}

test("framedChunks takes frames apart wherever the stream is cut", async () => {
  const bytes = Buffer.concat([frame(1, `${T1} one\n`), frame(2, `${T2} twö`), frame(1, `${T2} \n`)]);
  for (const size of [1, 7, 8, 9, 64, 1000]) {
    expect(await inPieces(bytes, size, framedChunks)).toEqual(["stdout 01 one\n", "stderr 02 twö", "stdout 02 \n"]);
  }
});

test("framedChunks fails with what the engine says in the stream", () => {
  expect(inPieces(frame(3, "disk is gone\n"), 100, framedChunks)).rejects.toThrow("disk is gone");
});

test("terminalChunks splits at line ends, and at the times inside of long lines", async () => {
  const bytes = Buffer.from(`${T1} one\r\n${T1} ${PART}${T2} rest\r\n${T2} last`);
  for (const size of [7, 1000, 16 * 1024, 100_000]) {
    expect(await inPieces(bytes, size, terminalChunks)).toEqual([
      "stdout 01 one\r\n",
      `stdout 01 ${PART}`,
      "stdout 02 rest\r\n",
      "stdout 02 last",
    ]);
  }
});

test("terminalChunks leaves a time alone that is text", async () => {
  const line = `${T1} at ${T2} it broke\n`;
  expect(await inPieces(Buffer.from(line), 1000, terminalChunks)).toEqual([`stdout 01 at ${T2} it broke\n`]);
});
