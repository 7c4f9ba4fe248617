import { expect, test } from "bun:test";

import { archivePrefix, parseFileSpec, staysInside } from "./file-spec.ts";

test.each([
  ["site/", { form: "local", path: "site" }],
  ["/", { form: "local", path: "/" }],
  ["web-0:/srv/", { form: "pod", namespace: undefined, pod: "web-0", path: "/srv" }],
  ["team/web-0:a\\b", { form: "pod", namespace: "team", pod: "web-0", path: "a/b" }],
])("parseFileSpec reads %s", (text, spec) => expect(parseFileSpec(text)).toEqual(spec as never));

test.each([[":/a"], ["a/b/c:/d"]])("parseFileSpec refuses %s", (text) =>
  expect(() => parseFileSpec(text)).toThrow("filespec must match the canonical format"),
);

test.each([
  ["/var/log/", "var/log"],
  ["./log", "log"],
  ["../../log", "log"],
  [".", ""],
])("archivePrefix of %s is %j", (path, prefix) => expect(archivePrefix(path)).toBe(prefix));

test.each([
  ["a/b", true],
  ["", true],
  ["..", false],
  ["../a", false],
  ["/a", false],
])("staysInside(%j) is %p", (relative, expected) => expect(staysInside(relative)).toBe(expected));
