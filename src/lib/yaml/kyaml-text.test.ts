import { expect, test } from "bun:test";

import { kyamlText } from "./kyaml-text.ts";
import { decodeYaml } from "./yaml.ts";

test("kyamlText writes braces, quotes and trailing commas", () => {
  const value = {
    a: "b",
    n: 1,
    yes: true,
    "x/y.z": null,
    "a b": [],
    list: [{ k: "v" }, { k: "w" }],
    words: ["x", "y"],
    empty: {},
    "1.5": "1.5",
  };
  expect(kyamlText(value, { sorts: false })).toBe(`---
{
  a: "b",
  "n": 1,
  "yes": true,
  x/y.z: null,
  "a b": [],
  list: [{
    k: "v",
  }, {
    k: "w",
  }],
  words: [
    "x",
    "y",
  ],
  empty: {},
  "1.5": "1.5",
}
`);
});

test.each(["one\ntwo\n", "one\n  two", "\n", "a\n\nb\n", 'q"\\\t\u0007\u00e9\u200b', ""])(
  "kyamlText is read back as it was: %j",
  (text) => {
    expect(decodeYaml(kyamlText({ text }).slice(4)).value).toEqual({ text });
  },
);
