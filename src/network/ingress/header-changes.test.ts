import { expect, test } from "bun:test";

import { changedHeaders, changedRecord, type HeaderChanges } from "./header-changes.ts";

const changes: HeaderChanges = {
  set: [{ name: "X-Set", value: "new" }],
  add: [{ name: "X-Add", value: "more" }],
  remove: ["x-gone"],
};

test("headers are replaced, added and removed, whatever the case of their names", () => {
  const headers = [
    { name: "x-set", value: "old" },
    { name: "x-add", value: "first" },
    { name: "X-Gone", value: "gone" },
    { name: "Accept", value: "*/*" },
  ];
  const expected = ["x-add: first", "Accept: */*", "X-Set: new", "X-Add: more"];
  expect(changedHeaders(headers, changes).map(({ name, value }) => `${name}: ${value}`)).toEqual(expected);
  expect(changedHeaders(headers, undefined)).toBe(headers);
  expect(changedRecord({ "x-set": "old", "x-add": "first", "x-gone": "gone" }, changes)).toEqual({
    "x-set": "new",
    "x-add": "first, more",
  });
});
