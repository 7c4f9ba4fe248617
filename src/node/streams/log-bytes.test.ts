import { expect, test } from "bun:test";

import type { LogChunk } from "../runtime/runtime.ts";
import { logBytes, type LogForm } from "./log-bytes.ts";

const T1 = "2026-01-01T00:00:01.000000000Z";
const T2 = "2026-01-01T00:00:02.000000000Z";

const chunk = (stream: LogChunk["stream"], time: string, text: string): LogChunk => ({
  stream,
  time,
  bytes: new TextEncoder().encode(text),
});

async function shown(chunks: readonly LogChunk[], form: Partial<LogForm>): Promise<string> {
  const source = new ReadableStream<LogChunk>({
    start(controller) {
      for (const each of chunks) controller.enqueue(each);
      controller.close();
    },
  });
  const all = { timestamps: false, limitBytes: undefined, stream: "All" as const, ...form };
  return await new Response(logBytes(source, all)).text();
}

test("logBytes gives the bytes as they were written, with or without an end of line", async () => {
  expect(await shown([chunk("stdout", T1, "one\r\n"), chunk("stderr", T2, "two")], {})).toBe("one\r\ntwo");
});

test("logBytes shows one stream when asked", async () => {
  const lines = [chunk("stdout", T1, "out\n"), chunk("stderr", T2, "err\n")];
  expect(await shown(lines, { stream: "Stdout" })).toBe("out\n");
  expect(await shown(lines, { stream: "Stderr" })).toBe("err\n");
});

test("logBytes puts a time before each line and not inside a long one", async () => {
  const parts = [chunk("stdout", T1, "aaa"), chunk("stdout", T2, "bbb\n"), chunk("stdout", T2, "ccc\n")];
  expect(await shown(parts, { timestamps: true })).toBe(`${T1} aaabbb\n${T2} ccc\n`);
});

test("logBytes cuts at the limit, times counted", async () => {
  const lines = [chunk("stdout", T1, "one\n"), chunk("stdout", T2, "two\n")];
  expect(await shown(lines, { limitBytes: 6 })).toBe("one\ntw");
  expect(await shown(lines, { limitBytes: 4 })).toBe("one\n");
  expect(await shown(lines, { limitBytes: 6, timestamps: true })).toBe(T1.slice(0, 6));
});
