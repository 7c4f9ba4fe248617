import { expect, test } from "bun:test";

import type { Secret } from "../api/types/core-v1.ts";
import { imageToPull } from "./image-name.ts";
import { pullCredentials } from "./pull-credentials.ts";

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

const pullSecret = (auths: Record<string, object>): Secret => ({
  apiVersion: "v1",
  kind: "Secret",
  metadata: { name: "pull" },
  data: { ".dockerconfigjson": btoa(JSON.stringify({ auths })) },
});

test("pullCredentials offers what fits the image, the most specific first", () => {
  const secret = pullSecret({
    "https://index.docker.io/v1/": { auth: btoa("hub:pass:word") },
    "ghcr.io": { username: "all", password: "a" },
    "ghcr.io/team": { username: "team", password: "t" },
    "*.example.com": { username: "wild", password: "w" },
  });
  const users = (image: string): string[] => pullCredentials(image, [secret]).map(({ username }) => username);
  expect(users("busybox:latest")).toEqual(["hub"]);
  expect(users("ghcr.io/team/web:1")).toEqual(["team", "all"]);
  expect(users("ghcr.io/teammate/web:1")).toEqual(["all"]);
  expect(users("r.example.com/web:1")).toEqual(["wild"]);
  expect(users("quay.io/web:1")).toEqual([]);
  expect(pullCredentials("busybox", [secret])[0]?.password).toBe("pass:word");
});

test("pullCredentials passes over a secret that is broken", () => {
  const broken: Secret = { apiVersion: "v1", kind: "Secret", metadata: {}, data: { ".dockerconfigjson": btoa("{") } };
  expect(pullCredentials("busybox", [broken])).toEqual([]);
});
