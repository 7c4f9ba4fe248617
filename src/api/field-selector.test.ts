import { describe, expect, test } from "bun:test";

import { escapedFieldValue, parseFieldSelector, requiredName } from "./field-selector.ts";
import { selectable } from "./kinds/define-kind.ts";
import type { KubeObject } from "./resource-type.ts";

interface Thing extends KubeObject {
  color: string;
}

const thing = (name: string, color: string): Thing => ({
  apiVersion: "v1",
  kind: "Thing",
  metadata: { name, namespace: "default" },
  color,
});

const kind = selectable({ "spec.color": ({ color }: Thing) => color }, { color: "spec.color" });
const matches = (text: string, object: Thing): boolean => parseFieldSelector(text, kind).matches(object);

test("parseFieldSelector compares for equality and inequality, and joins with and", () => {
  const red = thing("a", "red");
  expect(matches("", red)).toBe(true);
  expect(matches("metadata.name=a", red)).toBe(true);
  expect(matches("metadata.name==b", red)).toBe(false);
  expect(matches("metadata.namespace=default,spec.color!=blue", red)).toBe(true);
  expect(matches("metadata.namespace=default,spec.color!=red", red)).toBe(false);
  expect(matches(",spec.color=red,", red)).toBe(true);
  expect(matches("spec.color=", thing("a", ""))).toBe(true);
  expect(matches("color=red", red)).toBe(true);
});

test("values hold escaped commas, equal signs and backslashes", () => {
  const odd = "a,b=c\\d";
  expect(matches(`spec.color=${escapedFieldValue(odd)},metadata.name=x`, thing("x", odd))).toBe(true);
  expect(parseFieldSelector(`spec.color=${escapedFieldValue(odd)}`, kind).requirements).toEqual([
    { field: "spec.color", operator: "=", value: odd },
  ]);
});

test("requiredName is the name that a selector is limited to", () => {
  expect(requiredName(parseFieldSelector("spec.color=red,metadata.name=a", kind))).toBe("a");
  expect(requiredName(parseFieldSelector("metadata.name!=a", kind))).toBeUndefined();
});

describe("parseFieldSelector refuses", () => {
  for (const [text, message] of Object.entries({
    "spec.size=1": "field label not supported: spec.size",
    "toString=1": "field label not supported: toString",
    "metadata.name": "invalid selector: 'metadata.name'; can't understand 'metadata.name'",
    "metadata.name=a=b": "invalid field selector: unescaped character in value: 61",
    "metadata.name=a\\b": "invalid field selector: invalid escape sequence: \\b",
    "metadata.name=a\\": "invalid field selector: invalid escape sequence: \\",
  })) {
    test(`"${text}"`, () => expect(() => parseFieldSelector(text, kind)).toThrow(message));
  }
});
