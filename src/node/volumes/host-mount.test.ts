import { expect, test } from "bun:test";

import { mountedPath } from "./host-mount.ts";

const mounts = [
  { source: "/home/me/site", target: "/site" },
  { source: "/home/me/pictures", target: "/site/static/pictures" },
];

test.each([
  ["/site", "/home/me/site"],
  ["/site/index.html", "/home/me/site/index.html"],
  ["/site/static/pictures/a.png", "/home/me/pictures/a.png"],
  ["/sites", "/sites"],
  ["/site/../etc", "/site/../etc"],
  ["/var/log", "/var/log"],
])("mountedPath says where %s of a node is on this machine", (path, expected) => {
  expect(mountedPath(path, mounts)).toBe(expected);
});
