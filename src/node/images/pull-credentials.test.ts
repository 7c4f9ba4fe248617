import { expect, test } from "bun:test";

import type { Secret } from "../../api/types/core-v1.ts";
import { pullCredentials } from "./pull-credentials.ts";

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
    "ghcr.io/team/web": { username: "web", password: "x" },
    "docker.io/library/busybox": { username: "busybox", password: "b" },
    "*.example.com": { username: "wild", password: "w" },
  });
  const users = (image: string): string[] => pullCredentials(image, [secret]).map(({ username }) => username);
  expect(users("busybox:latest")).toEqual(["busybox", "hub"]);
  expect(users("debian")).toEqual(["hub"]);
  expect(users("ghcr.io/team/web:1")).toEqual(["web", "team", "all"]);
  expect(users("ghcr.io/team/webs:1")).toEqual(["team", "all"]);
  expect(users("ghcr.io/teammate/web:1")).toEqual(["all"]);
  expect(users("r.example.com/web:1")).toEqual(["wild"]);
  expect(users("quay.io/web:1")).toEqual([]);
  expect(pullCredentials("debian", [secret])[0]?.password).toBe("pass:word");
});

test("pullCredentials passes over a secret that is broken", () => {
  const broken: Secret = { apiVersion: "v1", kind: "Secret", metadata: {}, data: { ".dockerconfigjson": btoa("{") } };
  expect(pullCredentials("busybox", [broken])).toEqual([]);
});
