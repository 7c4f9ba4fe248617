import { expect, test } from "bun:test";

import { JsonSyntaxError } from "./json-reader.ts";
import { decodeJson, parseJson } from "./strict-json.ts";

test("decodeJson decodes what JSON.parse decodes", () => {
  const text = String.raw`{"a":[1,-2.5e3,true,false,null,"\"\\\n\u00e9:"],"b":{"":{}},"c":[[],{}]}`;
  expect(decodeJson(text)).toEqual({ value: JSON.parse(text), duplicates: [] });
});

test("decodeJson keeps integers of 64 bits exact through to the output", () => {
  const text = `{"big":9007199254740993,"negative":-9223372036854775808,"small":12}`;
  expect(JSON.stringify(decodeJson(text).value)).toBe(text);
  expect(JSON.stringify(parseJson(text))).toBe(text);
});

test("decodeJson rounds integers beyond 64 bits, as Go does", () => {
  expect(decodeJson("[18446744073709551617]").value).toEqual([18446744073709552000]);
});

test("decodeJson names duplicate keys with their paths and lets the last one win", () => {
  const decoded = decodeJson(`{"spec":{"replicas":1,"list":[{"x":1},{"x":2,"x":3}],"replicas":2},"a:b":{"c":":"}}`);
  expect(decoded.duplicates).toEqual(["spec.list[1].x", "spec.replicas"]);
  expect(decoded.value).toEqual({ spec: { replicas: 2, list: [{ x: 1 }, { x: 3 }] }, "a:b": { c: ":" } });
});

test("decodeJson takes escaped spellings of a key as the same key", () => {
  expect(decodeJson(String.raw`{"a":1,"\u0061":2}`).duplicates).toEqual(["a"]);
});

test("decodeJson keeps a key named __proto__ as a key", () => {
  for (const text of [`{"__proto__":"x"}`, `{"__proto__":12345678901234567}`]) {
    const { value } = decodeJson(text);
    expect(JSON.stringify(value)).toBe(text);
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
  }
});

test("decodeJson replaces invalid UTF-8", () => {
  expect(decodeJson(new Uint8Array([0x22, 0x61, 0xff, 0x62, 0x22])).value).toBe("a\u{fffd}b");
});

test("decodeJson refuses nesting beyond 10,000 and survives nesting just below", () => {
  expect(() => decodeJson("[".repeat(1_000_000))).toThrow("exceeded max depth");
  expect(() => decodeJson("[".repeat(10_000) + "]".repeat(10_000))).not.toThrow();
  expect(() => decodeJson(`[1234567890123456789,${"[".repeat(9_999)}${"]".repeat(9_999)}]`)).not.toThrow();
});

const BROKEN: readonly (readonly [string, string])[] = [
  ["", "unexpected end of JSON input"],
  ["{", "unexpected end of JSON input"],
  [`{"a"`, "unexpected end of JSON input"],
  [`{"a":tru}`, "invalid character '}' in literal true (expecting 'e')"],
  ["abc", "invalid character 'a' looking for beginning of value"],
  ["{a:1}", "invalid character 'a' looking for beginning of object key string"],
  [`{"a" 1}`, "invalid character '1' after object key"],
  [`{"a":1 "b":2}`, `invalid character '"' after object key:value pair`],
  [`{"a":1,}`, "invalid character '}' looking for beginning of object key string"],
  ["[1 2]", "invalid character '2' after array element"],
  ["{} x", "invalid character 'x' after top-level value"],
  ["'a'", String.raw`invalid character '\'' looking for beginning of value`],
  [`"a\nb"`, String.raw`invalid character '\n' in string literal`],
  [String.raw`"\x"`, "invalid character 'x' in string escape code"],
  [String.raw`"\u12g4"`, String.raw`invalid character 'g' in \u hexadecimal character escape`],
  ["-a", "invalid character 'a' in numeric literal"],
  ["1.a", "invalid character 'a' after decimal point in numeric literal"],
  ["1ea", "invalid character 'a' in exponent of numeric literal"],
  ["01", "invalid character '1' after top-level value"],
  ["\u{feff}{}", "invalid character 'ï' looking for beginning of value"],
  ["\u0001", String.raw`invalid character '\x01' looking for beginning of value`],
];

test.each(BROKEN)("decodeJson refuses %p in Go's words", (text, message) => {
  expect(() => decodeJson(text)).toThrow(new JsonSyntaxError(message));
});
