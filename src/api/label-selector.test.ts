import { describe, expect, test } from "bun:test";

import * as fc from "fast-check";

import { FieldErrors } from "./field-errors.ts";
import {
  EVERYTHING,
  type Labels,
  labelSelectorOf,
  labelSelectorText,
  parseLabelSelector,
  selectorOf,
  selectorOfLabels,
  validateLabelSelector,
} from "./label-selector.ts";

/** Selector: labels that match, labels that do not. */
const MATCHES: Record<string, readonly [readonly Labels[], readonly Labels[]]> = {
  "": [[{}, { a: "1" }], []],
  "a=1": [[{ a: "1", b: "2" }], [{}, { a: "2" }, { b: "1" }]],
  "a==1": [[{ a: "1" }], [{ a: "" }]],
  "a=": [[{ a: "" }], [{}, { a: "1" }]],
  "a!=1": [[{}, { a: "2" }], [{ a: "1" }]],
  "a in (1, 2)": [
    [{ a: "1" }, { a: "2" }],
    [{}, { a: "3" }],
  ],
  "a in ()": [[{ a: "" }], [{}, { a: "1" }]],
  "a in (,1)": [[{ a: "" }, { a: "1" }], [{}]],
  "a notin (1,2)": [
    [{}, { a: "3" }],
    [{ a: "1" }, { a: "2" }],
  ],
  a: [
    [{ a: "" }, { a: "1" }],
    [{}, { b: "1" }],
  ],
  "!a": [[{}, { b: "1" }], [{ a: "" }]],
  "a>5": [[{ a: "6" }], [{}, { a: "5" }, { a: "x" }, { a: "9223372036854775808" }]],
  "a<5": [[{ a: "-6" }], [{}, { a: "5" }]],
  "in in (in,notin)": [[{ in: "notin" }], [{}]],
  "a=1,b!=2,!c": [
    [{ a: "1" }, { a: "1", b: "3" }],
    [{ a: "1", c: "" }, { b: "3" }],
  ],
};

describe("parseLabelSelector matches", () => {
  for (const [text, [matching, others]] of Object.entries(MATCHES)) {
    test(`"${text}"`, () => {
      const { matches } = parseLabelSelector(text);
      for (const labels of matching) expect(matches(labels)).toBe(true);
      for (const labels of others) expect(matches(labels)).toBe(false);
    });
  }
  test("a key that every object inherits", () => {
    const labels: Labels = JSON.parse('{"constructor":"1"}');
    expect(parseLabelSelector("constructor").matches(labels)).toBe(true);
    expect(parseLabelSelector("constructor").matches({})).toBe(false);
    expect(parseLabelSelector("!constructor").matches({})).toBe(true);
  });
  test("objects without labels", () => {
    expect(parseLabelSelector("!a").matches(undefined)).toBe(true);
    expect(parseLabelSelector("a").matches(undefined)).toBe(false);
  });
});

const VALUE =
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";
const KEY =
  "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";

const REFUSED: Record<string, string> = {
  "=": "found '=', expected: !, identifier, or 'end of string'",
  ",": "found ',', expected: !, identifier, or 'end of string'",
  "a,": "found '', expected: identifier after ','",
  "a b": "unable to parse requirement: found 'b', expected: in, notin, =, ==, !=, gt, lt",
  "a in": "unable to parse requirement: found '' expected: '('",
  "a in b": "unable to parse requirement: found 'b' expected: '('",
  "a in (b": "unable to parse requirement: found '', expected: ',' or ')'",
  "a in (b,": "unable to parse requirement: found '', expected: ',', or identifier",
  "a in (=)": "unable to parse requirement: found '=', expected: ',', ')' or identifier",
  "a==b=c": "found '=', expected: ',' or 'end of string'",
  "a=!": "unable to parse requirement: found '!', expected: identifier",
  "!": "unable to parse requirement: found '', expected: identifier",
  "!a=b": "found '=', expected: ',' or 'end of string'",
  "a>x":
    "unable to parse requirement: values[0]: Invalid value: \"x\": for 'Gt', 'Lt' operators, the value must be an integer",
  "-a=b": `unable to parse requirement: <nil>: Invalid value: "-a": ${KEY}`,
  "a=-b": `unable to parse requirement: values[0][a]: Invalid value: "-b": ${VALUE}`,
  "a in (-b,-c)": `unable to parse requirement: [values[0][a]: Invalid value: "-b": ${VALUE}, values[1][a]: Invalid value: "-c": ${VALUE}]`,
};

describe("parseLabelSelector refuses", () => {
  for (const [text, message] of Object.entries(REFUSED)) {
    test(`"${text}"`, () => expect(() => parseLabelSelector(text)).toThrow(message));
  }
});

test("the text form is sorted by key and values, and reads back", () => {
  expect(parseLabelSelector("z , b notin (y,x),a=1,!c,d>3").text).toBe("a=1,b notin (x,y),!c,d>3,z");
  const label = fc.stringMatching(/^[a-z]{1,3}$/);
  const labels = fc.dictionary(label, label);
  const requirement = fc.oneof(
    fc.record({
      key: label,
      operator: fc.constantFrom("in", "notin"),
      values: fc.uniqueArray(label, { minLength: 1 }),
    }),
    fc.record({ key: label, operator: fc.constantFrom("=", "!="), values: label.map((each) => [each]) }),
    fc.record({ key: label, operator: fc.constantFrom("exists", "!"), values: fc.constant([]) }),
  );
  fc.assert(
    fc.property(fc.array(requirement), labels, (requirements, subject) => {
      const selector = selectorOf(requirements);
      const readBack = parseLabelSelector(selector.text);
      expect(readBack.text).toBe(selector.text);
      expect(readBack.matches(subject)).toBe(selector.matches(subject));
    }),
  );
});

test("an absent selector object selects nothing, an empty one everything", () => {
  expect(labelSelectorOf(undefined).matches({})).toBe(false);
  expect(labelSelectorOf({})).toBe(EVERYTHING);
  expect(selectorOfLabels(undefined).isEverything).toBe(true);
  expect(selectorOfLabels({ a: "1" }).matches({ a: "1", b: "2" })).toBe(true);
});

test("a selector object prints as text", () => {
  const selector = {
    matchLabels: { app: "web" },
    matchExpressions: [
      { key: "tier", operator: "In", values: ["b", "a"] },
      { key: "old", operator: "DoesNotExist" },
    ],
  };
  expect(labelSelectorText(selector)).toBe("app=web,!old,tier in (a,b)");
  expect(labelSelectorOf(selector).matches({ app: "web", tier: "a" })).toBe(true);
  expect(labelSelectorOf(selector).matches({ app: "web", tier: "a", old: "" })).toBe(false);
});

test("validateLabelSelector names every problem", () => {
  const errors = new FieldErrors();
  validateLabelSelector(
    {
      matchLabels: { "-a": "ok", b: "-" },
      matchExpressions: [
        { key: "c", operator: "In" },
        { key: "d", operator: "Exists", values: ["x"] },
        { key: "e", operator: "Like", values: ["-"] },
        { key: "", operator: "NotIn", values: ["x"] },
      ],
    },
    "spec.selector",
    errors,
  );
  expect(errors.errors.map(({ path, message }) => `${path}: ${message}`)).toEqual([
    `spec.selector.matchLabels: Invalid value: "-a": ${KEY}`,
    `spec.selector.matchLabels: Invalid value: "-": ${VALUE}`,
    "spec.selector.matchExpressions[0].values: Required value: must be specified when `operator` is 'In' or 'NotIn'",
    "spec.selector.matchExpressions[1].values: Forbidden: may not be specified when `operator` is 'Exists' or 'DoesNotExist'",
    'spec.selector.matchExpressions[2].operator: Invalid value: "Like": not a valid selector operator',
    `spec.selector.matchExpressions[2].values[0]: Invalid value: "-": ${VALUE}`,
    'spec.selector.matchExpressions[3].key: Invalid value: "": name part must be non-empty',
    `spec.selector.matchExpressions[3].key: Invalid value: "": ${KEY}`,
  ]);
});
