import { afterAll, beforeAll, expect, test } from "bun:test";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { UserError } from "../../../lib/user-error.ts";
import { dockerEndpoint } from "./endpoint.ts";

let home: string;

beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), "kube-endpoint-"));
  writeContext("colima", "unix:///home/me/.colima/docker.sock");
  writeContext("far", "ssh://me@far");
  writeFileSync(join(home, ".docker", "config.json"), JSON.stringify({ currentContext: "colima" }));
});
afterAll(() => rmSync(home, { recursive: true }));

function writeContext(name: string, host: string): void {
  const folder = join(home, ".docker", "contexts", "meta", createHash("sha256").update(name).digest("hex"));
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "meta.json"), JSON.stringify({ Name: name, Endpoints: { docker: { Host: host } } }));
}

async function mistake(env: Record<string, string>): Promise<string> {
  try {
    return JSON.stringify(await dockerEndpoint({ home, env }));
  } catch (error) {
    expect(error).toBeInstanceOf(UserError);
    return String(error);
  }
}

test("dockerEndpoint is the default socket when nothing says otherwise", async () => {
  expect(await dockerEndpoint({ home: "/nonexistent", env: {} })).toEqual({
    type: "socket",
    path: "/var/run/docker.sock",
  });
});

test("dockerEndpoint follows the current context, DOCKER_CONTEXT before it and DOCKER_HOST before both", async () => {
  expect(await dockerEndpoint({ home, env: {} })).toEqual({ type: "socket", path: "/home/me/.colima/docker.sock" });
  expect(await dockerEndpoint({ home, env: { DOCKER_CONTEXT: "default" } })).toEqual({
    type: "socket",
    path: "/var/run/docker.sock",
  });
  const env = { DOCKER_CONTEXT: "colima", DOCKER_HOST: "tcp://127.0.0.1:2375" };
  expect(await dockerEndpoint({ home, env })).toEqual({ type: "tcp", host: "127.0.0.1", port: 2375, tls: undefined });
});

test("dockerEndpoint reads the certificates that DOCKER_TLS_VERIFY asks for", async () => {
  for (const name of ["ca", "cert", "key"]) writeFileSync(join(home, `${name}.pem`), name);
  const env = { DOCKER_HOST: "tcp://engine", DOCKER_TLS_VERIFY: "1", DOCKER_CERT_PATH: home };
  const tls = { ca: "ca", cert: "cert", key: "key" };
  expect(await dockerEndpoint({ home, env })).toEqual({ type: "tcp", host: "engine", port: 2376, tls });
  expect(await mistake({ ...env, DOCKER_CERT_PATH: "/nonexistent" })).toContain("Cannot read the TLS certificates");
});

test("dockerEndpoint refuses engines on other machines and contexts that do not exist", async () => {
  expect(await mistake({ DOCKER_CONTEXT: "far" })).toContain('Docker context "far" is "ssh://me@far"');
  expect(await mistake({ DOCKER_HOST: "ssh://me@far" })).toContain('DOCKER_HOST is "ssh://me@far"');
  expect(await mistake({ DOCKER_CONTEXT: "none" })).toContain('Docker context "none" does not exist');
});
