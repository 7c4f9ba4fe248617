import { expect, test } from "bun:test";
import { join } from "node:path";

import { parseJson } from "../json/strict-json.ts";
import { yamlText } from "./yaml-text.ts";
import { decodeYaml } from "./yaml.ts";

const testdata = join(import.meta.dir, "testdata");

// What kubectl 1.33 prints of the same object: words, quotes, escapes, folded lines, block text, key order.
test("yamlText writes the bytes that kubectl writes", async () => {
  const value = parseJson(await Bun.file(join(testdata, "yaml-text.json")).text());
  expect(yamlText(value)).toBe(await Bun.file(join(testdata, "yaml-text.expected")).text());
});

test("yamlText writes what reads as the same value", async () => {
  const value = parseJson(await Bun.file(join(testdata, "yaml-text.json")).text());
  expect(decodeYaml(yamlText(value)).value).toEqual(value);
});

test.each([
  [{}, "{}\n"],
  [[], "[]\n"],
  ["", '""\n'],
  [null, "null\n"],
  [{ a: undefined, b: [] }, "b: []\n"],
])("yamlText writes %p", (value, text) => expect(yamlText(value)).toBe(text));
