import { expect, test } from "bun:test";

import { imageToPull, normalImageName, parseImageReference } from "./image-reference.ts";

test("normalImageName gives every spelling of an image one name", () => {
  const names = {
    busybox: "docker.io/library/busybox:latest",
    "busybox:1.36": "docker.io/library/busybox:1.36",
    "docker.io/busybox": "docker.io/library/busybox:latest",
    "index.docker.io/library/busybox": "docker.io/library/busybox:latest",
    "me/app:2": "docker.io/me/app:2",
    "registry.example:5000/app": "registry.example:5000/app:latest",
    "localhost/app:1": "localhost/app:1",
    "ghcr.io/me/app@sha256:abc": "ghcr.io/me/app@sha256:abc",
    "me/app:2@sha256:abc": "docker.io/me/app:2@sha256:abc",
  };
  for (const [spelling, name] of Object.entries(names)) expect(normalImageName(spelling)).toBe(name);
});

test("parseImageReference does not take a registry's port for a tag", () => {
  expect(parseImageReference("registry.example:5000/app")).toEqual({
    repository: "registry.example:5000/app",
    tag: "latest",
    digest: undefined,
  });
});

test("imageToPull adds the tag latest where neither tag nor digest is named", () => {
  const digest = `sha256:${"a".repeat(64)}`;
  const names = ["web", "web:1", "localhost:5000/team/web", `ghcr.io/a/b@${digest}`, "Web", "a b", ""];
  expect(names.map(imageToPull)).toEqual([
    "web:latest",
    "web:1",
    "localhost:5000/team/web:latest",
    `ghcr.io/a/b@${digest}`,
    undefined,
    undefined,
    undefined,
  ]);
});
