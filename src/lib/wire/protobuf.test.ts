import { expect, test } from "bun:test";

import * as fc from "fast-check";

import { ProtobufError, ProtobufReader } from "./protobuf-reader.ts";
import { ProtobufWriter } from "./protobuf-writer.ts";

function read<T>(bytes: Uint8Array, take: (reader: ProtobufReader) => T): T {
  const reader = new ProtobufReader(bytes);
  expect(reader.next()).toBe(true);
  const value = take(reader);
  expect(reader.next()).toBe(false);
  return value;
}

test("what is written is read", () => {
  const field = fc.integer({ min: 1, max: 2 ** 29 - 1 });
  fc.assert(
    fc.property(
      field,
      fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
      fc.string({ unit: "grapheme" }),
      (number, integer, text) => {
        const writer = new ProtobufWriter();
        writer.message(number, () => {
          writer.double(4, 0.5);
          writer.boolean(3, true);
          writer.text(2, text);
          writer.integer(1, integer);
        });
        read(writer.finish(), (outer) => {
          expect(outer.field).toBe(number);
          const inner = outer.message();
          expect([inner.next(), inner.integer()]).toEqual([true, integer]);
          expect([inner.next(), inner.text()]).toEqual([true, text]);
          expect([inner.next(), inner.boolean()]).toEqual([true, true]);
          expect([inner.next(), inner.double()]).toEqual([true, 0.5]);
          expect(inner.next()).toBe(false);
        });
      },
    ),
  );
});

test("bytes are as the protobuf documentation has them", () => {
  const writer = new ProtobufWriter();
  writer.text(2, "testing");
  writer.integer(1, 150);
  expect(Buffer.from(writer.finish()).toString("hex")).toBe("089601120774657374696e67");
});

test("a writer grows with what it is given", () => {
  const text = "x".repeat(100_000);
  const writer = new ProtobufWriter();
  writer.text(1, text);
  expect(read(writer.finish(), (reader) => reader.text())).toBe(text);
});

test("unknown fields of every wire type are passed over", () => {
  const bytes = Buffer.from("08960111000000000000e03f1a017825000000002801", "hex");
  const reader = new ProtobufReader(bytes);
  const fields: number[] = [];
  while (reader.next()) {
    fields.push(reader.field);
    reader.skip();
  }
  expect(fields).toEqual([1, 2, 3, 4, 5]);
});

test.each([
  ["12", "unexpected EOF"],
  ["1205616263", "unexpected EOF"],
  ["00", "illegal tag 0"],
  ["0b", "illegal wireType 3"],
  ["08ffffffffffffffffffff01", "integer overflow"],
  ["12ffffffffffffffffff01", "unexpected EOF"],
])("damaged bytes %s are refused", (hex, message) => {
  const reader = new ProtobufReader(Buffer.from(hex, "hex"));
  expect(() => {
    while (reader.next()) reader.skip();
  }).toThrow(new ProtobufError(message));
});

test("a value of another wire type is refused", () => {
  expect(() => read(Buffer.from("0801", "hex"), (reader) => reader.text())).toThrow("wrong wireType = 0 for field 1");
});
