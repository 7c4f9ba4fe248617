import { expect, test } from "bun:test";

import {
  configmaps,
  endpoints,
  mutatingwebhookconfigurations,
  namespaces,
  services,
  validatingwebhookconfigurations,
} from "../../api/resources.ts";
import type { MutatingWebhook, ValidatingWebhook } from "../../api/types/admissionregistration-v1.ts";
import { startTestApiServer, type TestApiServer } from "../../testing/test-api-server.ts";
import { startTestWebhook, type TestWebhook } from "../../testing/test-webhook.ts";

const configMap = (name: string, labels: Readonly<Record<string, string>> = {}, namespace = "default") => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name, namespace, labels },
});

const hook = (name: string, { port, caBundle }: TestWebhook, more: Partial<MutatingWebhook> = {}) => ({
  name: `${name}.example.com`,
  clientConfig: { url: `https://127.0.0.1:${port}/${name}`, caBundle },
  rules: [{ operations: ["*"], apiGroups: [""], apiVersions: ["v1"], resources: ["configmaps"] }],
  sideEffects: "None",
  admissionReviewVersions: ["v1"],
  ...more,
});

const validate = ({ client }: TestApiServer, ...webhooks: ValidatingWebhook[]) =>
  client.resource(validatingwebhookconfigurations).create({
    apiVersion: "admissionregistration.k8s.io/v1",
    kind: "ValidatingWebhookConfiguration",
    metadata: { name: "validate" },
    webhooks,
  });

const mutate = ({ client }: TestApiServer, ...webhooks: MutatingWebhook[]) =>
  client.resource(mutatingwebhookconfigurations).create({
    apiVersion: "admissionregistration.k8s.io/v1",
    kind: "MutatingWebhookConfiguration",
    metadata: { name: "mutate" },
    webhooks,
  });

const patch = (operations: readonly object[]) => ({
  patchType: "JSONPatch",
  patch: Buffer.from(JSON.stringify(operations)).toString("base64"),
});

const paths = ({ asked }: TestWebhook) => asked.map(({ path }) => path.slice(1, path.indexOf("?")));

test("A webhook refuses what it does not like, in its own words, and warns", async () => {
  await using api = await startTestApiServer();
  await using webhook = await startTestWebhook(({ object }) =>
    object?.metadata.name === "bad"
      ? { allowed: false, status: { code: 418, message: "this is bad" } }
      : object?.metadata.name === "silent"
        ? { allowed: false }
        : {},
  );
  await validate(api, hook("check", webhook));
  const created = api.client.resource(configmaps);
  await created.create(configMap("good"));
  const refused = await created.create(configMap("bad")).catch((error: unknown) => error);
  expect(refused).toMatchObject({
    message: 'admission webhook "check.example.com" denied the request: this is bad',
    status: { code: 418 },
  });
  expect(created.create(configMap("silent"))).rejects.toThrow(
    'admission webhook "check.example.com" denied the request without explanation',
  );
  expect(webhook.asked[0]).toMatchObject({
    path: "/check?timeout=10s",
    request: {
      kind: { group: "", version: "v1", kind: "ConfigMap" },
      resource: { group: "", version: "v1", resource: "configmaps" },
      requestKind: { group: "", version: "v1", kind: "ConfigMap" },
      name: "good",
      namespace: "default",
      operation: "CREATE",
      userInfo: { username: "test-admin", groups: ["system:masters", "system:authenticated"] },
      dryRun: false,
      oldObject: null,
      options: { kind: "CreateOptions", apiVersion: "meta.k8s.io/v1" },
    },
  });
});

test("Webhooks see what their rules, selectors and conditions let through", async () => {
  await using api = await startTestApiServer();
  await using webhook = await startTestWebhook(() => ({}));
  await api.client
    .resource(namespaces)
    .create({ apiVersion: "v1", kind: "Namespace", metadata: { name: "other", labels: { exempt: "true" } } });
  await validate(
    api,
    hook("created", webhook, {
      rules: [{ operations: ["CREATE"], apiGroups: ["*"], apiVersions: ["*"], resources: ["*"], scope: "Namespaced" }],
    }),
    hook("labelled", webhook, { objectSelector: { matchLabels: { a: "b" } } }),
    hook("there", webhook, {
      namespaceSelector: { matchExpressions: [{ key: "exempt", operator: "DoesNotExist" }] },
    }),
    hook("condition", webhook, {
      matchConditions: [{ name: "named", expression: "object != null && object.metadata.name.startsWith('x')" }],
    }),
  );
  const client = api.client.resource(configmaps);
  await client.create(configMap("a", { a: "b" }));
  expect(paths(webhook).toSorted()).toEqual(["created", "labelled", "there"]);
  webhook.asked.length = 0;
  await client.create(configMap("x", {}, "other"));
  expect(paths(webhook).toSorted()).toEqual(["condition", "created"]);
  webhook.asked.length = 0;
  await client.delete({ namespace: "default", name: "a" });
  expect(paths(webhook).toSorted()).toEqual(["labelled", "there"]);
  expect(webhook.asked[0]?.request).toMatchObject({ operation: "DELETE", object: null, oldObject: { metadata: {} } });
});

test("What a failure of a webhook means is its policy", async () => {
  await using api = await startTestApiServer();
  await using webhook = await startTestWebhook(() => undefined);
  const stopped = { ...webhook, port: 1 };
  await validate(api, hook("ignored", stopped, { failurePolicy: "Ignore" }));
  const client = api.client.resource(configmaps);
  await client.create(configMap("a"));
  await api.client.resource(validatingwebhookconfigurations).delete({ name: "validate" });
  await validate(api, hook("slow", webhook, { timeoutSeconds: 1 }));
  expect(client.create(configMap("b"))).rejects.toThrow(
    `Internal error occurred: failed calling webhook "slow.example.com": failed to call webhook: Post "https://127.0.0.1:${webhook.port}/slow?timeout=1s": context deadline exceeded`,
  );
  await api.client.resource(validatingwebhookconfigurations).delete({ name: "validate" });
  await using stranger = await startTestWebhook(() => ({}));
  await validate(api, hook("stranger", { ...stranger, caBundle: webhook.caBundle }));
  expect(client.create(configMap("c"))).rejects.toThrow(
    "tls: failed to verify certificate: x509: certificate signed by unknown authority",
  );
});

test("Webhooks change objects one after the other, and some again after changes of others", async () => {
  await using api = await startTestApiServer();
  await using webhook = await startTestWebhook(({ object }, path) => {
    const { labels = {} } = object?.metadata ?? {};
    if (path.startsWith("/second")) return patch([{ op: "add", path: "/metadata/labels/second", value: "yes" }]);
    return patch([{ op: "add", path: "/metadata/labels/first", value: labels["second"] ? "again" : "once" }]);
  });
  await mutate(api, hook("first", webhook, { reinvocationPolicy: "IfNeeded" }), hook("second", webhook));
  const made = await api.client.resource(configmaps).create(configMap("a", { own: "x" }));
  expect(made.metadata.labels).toEqual({ own: "x", first: "again", second: "yes" });
  expect(paths(webhook)).toEqual(["first", "second", "first"]);
});

test("Integers beyond 2^53 survive webhooks", async () => {
  await using api = await startTestApiServer({ https: true });
  const exact = "9007199254740993";
  await using webhook = await startTestWebhook(() => ({
    patchType: "JSONPatch",
    patch: Buffer.from(`[{"op":"add","path":"/data","value":{"n":${exact}}}]`).toString("base64"),
  }));
  const rules = [{ operations: ["CREATE"], apiGroups: ["apps"], apiVersions: ["v1"], resources: ["*"] }];
  await mutate(api, hook("exact", webhook, { rules }));
  const response = await api.fetch("/apis/apps/v1/namespaces/default/controllerrevisions", {
    method: "POST",
    body: `{"metadata":{"name":"a"},"revision":${exact}}`,
    headers: { "content-type": "application/json" },
  });
  const text = await response.text();
  expect(text).toContain(`"revision":${exact}`);
  expect(text).toContain(`"n":${exact}`);
});

test("A dry run does not reach webhooks with side effects", async () => {
  await using api = await startTestApiServer();
  await using webhook = await startTestWebhook(() => ({}));
  await validate(api, hook("careful", webhook, { sideEffects: "NoneOnDryRun" }));
  const client = api.client.resource(configmaps);
  await client.create(configMap("a"), { dryRun: true });
  expect(webhook.asked[0]?.request).toMatchObject({ dryRun: true });
});

test("Configurations of webhooks are never shown to webhooks", async () => {
  await using api = await startTestApiServer();
  await using webhook = await startTestWebhook(() => ({ allowed: false }));
  const everything = { operations: ["*"], apiGroups: ["*"], apiVersions: ["*"], resources: ["*"] };
  await validate(api, hook("all", webhook, { rules: [everything] }));
  await api.client.resource(validatingwebhookconfigurations).delete({ name: "validate" });
  expect(webhook.asked).toEqual([]);
});

test("A webhook is found through the endpoints of its service", async () => {
  await using api = await startTestApiServer({ podHost: "127.0.0.1" });
  await using webhook = await startTestWebhook(
    () => ({ allowed: false, status: { message: "no" } }),
    ["hooks.default.svc"],
  );
  await api.client.resource(services).create({
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: "hooks", namespace: "default" },
    spec: { ports: [{ port: 443, targetPort: webhook.port }] },
  });
  await api.client.resource(endpoints).create({
    apiVersion: "v1",
    kind: "Endpoints",
    metadata: { name: "hooks", namespace: "default" },
    subsets: [{ addresses: [{ ip: "10.244.0.9" }], ports: [{ port: webhook.port }] }],
  });
  const service = { namespace: "default", name: "hooks", path: "/by-service" };
  await validate(api, hook("served", webhook, { clientConfig: { service, caBundle: webhook.caBundle } }));
  expect(api.client.resource(configmaps).create(configMap("a"))).rejects.toThrow(
    'admission webhook "served.example.com" denied the request: no',
  );
  expect(paths(webhook)).toEqual(["by-service"]);
});

test.each<[Partial<MutatingWebhook>, string]>([
  [
    { name: "short" },
    'webhooks[0].name: Invalid value: "short": should be a domain with at least three segments separated by dots',
  ],
  [
    { sideEffects: "Some" },
    'webhooks[0].sideEffects: Unsupported value: "Some": supported values: "None", "NoneOnDryRun"',
  ],
  [
    { timeoutSeconds: 31 },
    "webhooks[0].timeoutSeconds: Invalid value: 31: the timeout value must be between 1 and 30 seconds",
  ],
  [
    { failurePolicy: "Maybe" },
    'webhooks[0].failurePolicy: Unsupported value: "Maybe": supported values: "Fail", "Ignore"',
  ],
  [
    { clientConfig: { url: "http://a" } },
    `webhooks[0].clientConfig.url: Invalid value: "http": 'https' is the only allowed URL scheme`,
  ],
  [
    { matchConditions: [{ name: "a", expression: "object.metadata.name" }] },
    'webhooks[0].matchConditions[0].expression: Invalid value: "object.metadata.name": must evaluate to bool',
  ],
  [{ admissionReviewVersions: ["v2"] }, "webhooks[0].admissionReviewVersions: Invalid value"],
])("A webhook with %j is refused", async (more, message) => {
  await using api = await startTestApiServer();
  const nowhere = { port: 1, caBundle: "", asked: [], [Symbol.asyncDispose]: () => Promise.resolve() };
  expect(mutate(api, hook("check", nowhere, more))).rejects.toThrow(message);
});
