import { expect, test } from "bun:test";

import * as fc from "fast-check";

import type { FieldSet } from "./field-set.ts";
import {
  difference,
  fieldSetFrom,
  fieldSetOf,
  fieldsV1,
  hasPath,
  intersection,
  isSameSet,
  pathsOf,
  recursiveDifference,
  union,
} from "./field-set.ts";

const element = fc.constantFrom("f:a", "f:b", 'k:{"name":"x"}', 'v:"y"', "i:0");
const paths = fc.array(fc.array(element, { minLength: 1, maxLength: 3 }), { maxLength: 8 });
const text = (set: FieldSet): string[] => pathsOf(set).map((path) => path.join("/"));
const distinct = (list: readonly string[][]): Set<string> => new Set(list.map((path) => path.join("/")));

test("sets of paths behave as sets", () => {
  fc.assert(
    fc.property(paths, paths, (a, b) => {
      const [left, right] = [fieldSetOf(...a), fieldSetOf(...b)];
      const [leftPaths, rightPaths] = [distinct(a), distinct(b)];
      expect(new Set(text(union(left, right)))).toEqual(leftPaths.union(rightPaths));
      expect(new Set(text(intersection(left, right)))).toEqual(leftPaths.intersection(rightPaths));
      expect(new Set(text(difference(left, right)))).toEqual(leftPaths.difference(rightPaths));
      expect(a.every((path) => hasPath(left, path))).toBe(true);
    }),
  );
});

test("recursiveDifference takes away what is below, too", () => {
  const set = fieldSetOf(["f:spec", "f:a"], ["f:spec"], ["f:status", "f:b"], ["f:c"]);
  expect(text(recursiveDifference(set, fieldSetOf(["f:spec"])))).toEqual(["f:c", "f:status/f:b"]);
});

test("fieldsV1 is read as it was written", () => {
  fc.assert(
    fc.property(paths, (list) => {
      const set = fieldSetOf(...list);
      const read = fieldSetFrom(JSON.parse(JSON.stringify(fieldsV1(set))));
      expect(read && isSameSet(read, set)).toBe(true);
    }),
  );
});

test("fieldsV1 marks a step that is in the set and leads further", () => {
  expect(JSON.stringify(fieldsV1(fieldSetOf(["f:name"], ["f:labels", "f:app"], ["f:labels"])))).toBe(
    '{"f:labels":{".":{},"f:app":{}},"f:name":{}}',
  );
});

test("fieldSetFrom passes over steps of the future and refuses what is none", () => {
  const read = fieldSetFrom({ "f:a": {}, "z:new": {}, ".": {} });
  expect(read && text(read)).toEqual(["f:a"]);
  expect(fieldSetFrom({ "k:{": {} })).toBeUndefined();
  expect(fieldSetFrom({ "f:a": 1 })).toBeUndefined();
  expect(fieldSetFrom([])).toBeUndefined();
});
