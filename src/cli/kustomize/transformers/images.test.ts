import { expect, test } from "bun:test";

import { changedImage } from "./images.ts";

test.each([
  ["nginx", { name: "nginx", newTag: "1" }, "nginx:1"],
  ["nginx:0@sha256:a", { name: "nginx", newTag: "1" }, "nginx:1"],
  ["nginx:0", { name: "nginx", digest: "sha256:b" }, "nginx@sha256:b"],
  ["nginx:0", { name: "nginx", newTag: "1", digest: "sha256:b" }, "nginx:1@sha256:b"],
  ["host:5000/a/b:1", { name: "host:5000/a/b", newName: "c" }, "c:1"],
  ["a:1", { name: "a", tagSuffix: "-x" }, "a:1-x"],
  ["nginx-extra", { name: "nginx", newTag: "1" }, "nginx-extra"],
])("changedImage makes of %s with %j %s", (image, change, expected) => {
  expect(changedImage(image, change)).toBe(expected);
});
