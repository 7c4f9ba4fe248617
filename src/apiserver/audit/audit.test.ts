import { expect, test } from "bun:test";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { silentLogger } from "../../lib/logger.ts";
import { systemClock } from "../../lib/time/clock.ts";
import { startTestApiServer } from "../../testing/test-api-server.ts";
import type { Attributes } from "../auth/authorizer.ts";
import { AuditFile } from "./audit-file.ts";
import { auditDecision, parseAuditPolicy } from "./audit-policy.ts";
import { Audit } from "./audit.ts";

const policyOf = (rules: string) =>
  parseAuditPolicy(`apiVersion: audit.k8s.io/v1\nkind: Policy\n${rules}`, "policy.yaml");
const user = { name: "jane", groups: ["developers"] };
const ask = (
  resource: string,
  { verb = "get", namespace = "a", group = "", subresource = "", name = "x" } = {},
): Attributes => ({
  type: "resource",
  user,
  verb,
  group,
  version: "v1",
  resource,
  subresource,
  namespace,
  name,
});

test("The first rule that fits decides", () => {
  const policy = policyOf(`
omitStages: [RequestReceived]
rules:
- { level: None, users: [system:kube-proxy], verbs: [watch] }
- { level: Request, resources: [{ group: "", resources: [secrets, "pods/*"] }], namespaces: [a] }
- { level: None, nonResourceURLs: ["/healthz*"] }
- { level: RequestResponse, resources: [{ group: apps, resources: [deployments], resourceNames: [web] }], omitStages: [ResponseStarted] }
- { level: Metadata, userGroups: [developers] }`);
  const level = (attributes: Attributes) => auditDecision(policy, attributes).level;
  expect(level(ask("secrets"))).toBe("Request");
  expect(level(ask("pods", { subresource: "exec" }))).toBe("Request");
  expect(level(ask("pods"))).toBe("Metadata");
  expect(level(ask("secrets", { namespace: "b" }))).toBe("Metadata");
  expect(level(ask("deployments", { group: "apps", name: "web" }))).toBe("RequestResponse");
  expect(level(ask("deployments", { group: "apps", name: "api" }))).toBe("Metadata");
  expect(level({ type: "path", user, verb: "get", path: "/healthz/ping" })).toBe("None");
  expect(level({ ...ask("nodes"), user: { name: "joe", groups: [] } })).toBe("None");
  expect([...auditDecision(policy, ask("deployments", { group: "apps", name: "web" })).omitStages]).toEqual([
    "RequestReceived",
    "ResponseStarted",
  ]);
});

test("A policy that says nothing, or nonsense, is refused", () => {
  expect(() => parseAuditPolicy("kind: Policy", "p.yaml")).toThrow("Cannot use audit policy p.yaml: it is no Policy");
  expect(() => policyOf("rules: []")).toThrow("it has no rules");
  expect(() => policyOf("rules: [{ level: Loud }]")).toThrow(
    'level "Loud" is none of None, Metadata, Request, RequestResponse',
  );
  expect(() => policyOf("rules: [{ level: None, omitStages: [Never] }]")).toThrow('there is no stage "Never"');
});

interface AuditEvent {
  readonly stage: string;
  readonly verb: string;
  readonly requestURI: string;
  readonly [member: string]: unknown;
}

async function auditedServer(rules: string) {
  const events: AuditEvent[] = [];
  const audit = new Audit(policyOf(rules), (line) => events.push(JSON.parse(line) as AuditEvent), systemClock);
  const api = await startTestApiServer({ https: true, audit });
  events.length = 0;
  return { api, events, [Symbol.asyncDispose]: () => api[Symbol.asyncDispose]() };
}

const CONFIG_MAPS = "/api/v1/namespaces/default/configmaps";

test("A write is told with who, what, what for, and what came of it", async () => {
  await using server = await auditedServer("rules: [{ level: RequestResponse, omitManagedFields: true }]");
  const { api, events } = server;
  const body = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "a" }, data: { k: "v" } };
  const headers = { "content-type": "application/json", "audit-id": "mine", "user-agent": "tester" };
  await api.fetch(CONFIG_MAPS, { method: "POST", headers, body: JSON.stringify(body) });
  expect(events.map(({ stage }) => stage)).toEqual(["RequestReceived", "ResponseComplete"]);
  expect(events[1]).toMatchObject({
    kind: "Event",
    apiVersion: "audit.k8s.io/v1",
    level: "RequestResponse",
    auditID: "mine",
    requestURI: CONFIG_MAPS,
    verb: "create",
    user: { username: "kubernetes-admin", groups: ["system:masters", "system:authenticated"] },
    sourceIPs: ["127.0.0.1"],
    userAgent: "tester",
    objectRef: { resource: "configmaps", namespace: "default", apiVersion: "v1" },
    responseStatus: { code: 201 },
    requestObject: body,
    responseObject: { kind: "ConfigMap", metadata: { name: "a", namespace: "default" }, data: { k: "v" } },
    annotations: { "authorization.k8s.io/decision": "allow" },
  });
  expect(events[1]?.["responseObject"]).not.toHaveProperty("metadata.managedFields");
  expect(events[1]?.["stageTimestamp"]).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);
});

test("A refusal, an impersonated user and a path are told too, and metadata has no bodies", async () => {
  await using server = await auditedServer("omitStages: [RequestReceived]\nrules: [{ level: Metadata }]");
  const { api, events } = server;
  await api.fetch(`${CONFIG_MAPS}/missing`, { headers: { "impersonate-user": "jane" } });
  await api.fetch("/version");
  expect(events).toMatchObject([
    {
      verb: "get",
      user: { username: "kubernetes-admin" },
      impersonatedUser: { username: "jane" },
      responseStatus: { status: "Failure", reason: "NotFound", code: 404 },
    },
    { verb: "get", requestURI: "/version", responseStatus: { code: 200 } },
  ]);
  expect(
    events.every((event) => event["requestObject"] === undefined && event["responseObject"] === undefined),
  ).toBeTrue();
});

test("A watch is told when it starts and when it ends", async () => {
  await using server = await auditedServer("omitStages: [RequestReceived]\nrules: [{ level: Metadata }]");
  const { api, events } = server;
  const response = await api.fetch(`${CONFIG_MAPS}?watch=1&timeoutSeconds=1`);
  expect(events.map(({ stage }) => stage)).toEqual(["ResponseStarted"]);
  await response.text();
  expect(events.map(({ stage }) => stage)).toEqual(["ResponseStarted", "ResponseComplete"]);
});

test("Events become lines of a file that only its owner reads", async () => {
  const folder = await mkdtemp(join(tmpdir(), "kube-test-audit-"));
  try {
    const path = join(folder, "audit.log");
    {
      using file = new AuditFile(path, silentLogger);
      file.write("one\n");
      file.write("two\n");
    }
    {
      using file = new AuditFile(path, silentLogger);
      file.write("three\n");
    }
    expect(await readFile(path, "utf8")).toBe("one\ntwo\nthree\n");
  } finally {
    await rm(folder, { recursive: true });
  }
});
