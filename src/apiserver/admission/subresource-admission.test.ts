/** What admission is shown of writes and connections that are for no object as a whole, as upstream shows it. */
import { expect, test } from "bun:test";

import {
  deployments,
  mutatingwebhookconfigurations,
  namespaces,
  pods,
  validatingadmissionpolicies,
  validatingadmissionpolicybindings,
  validatingwebhookconfigurations,
} from "../../api/resources.ts";
import type { MutatingWebhook, RuleWithOperations } from "../../api/types/admissionregistration-v1.ts";
import { createNamespace, startTestApiServer, type TestApiServer } from "../../testing/test-api-server.ts";
import { startTestWebhook, type TestWebhook } from "../../testing/test-webhook.ts";
import type { NodeConnection } from "../node-connection.ts";

const IN_DEFAULT = { namespace: "default" };
const API_VERSION = "admissionregistration.k8s.io/v1";
const EVERYTHING: RuleWithOperations = {
  operations: ["*"],
  apiGroups: ["*"],
  apiVersions: ["*"],
  resources: ["*/*"],
};

const hook = ({ port, caBundle }: TestWebhook, rule: RuleWithOperations): MutatingWebhook => ({
  name: "hook.example.com",
  clientConfig: { url: `https://127.0.0.1:${port}/`, caBundle },
  rules: [rule],
  sideEffects: "None",
  admissionReviewVersions: ["v1"],
});

const validate = (api: TestApiServer, webhook: TestWebhook, rule = EVERYTHING) =>
  api.client.resource(validatingwebhookconfigurations).create({
    apiVersion: API_VERSION,
    kind: "ValidatingWebhookConfiguration",
    metadata: { name: "validate" },
    webhooks: [hook(webhook, rule)],
  });

const mutate = (api: TestApiServer, webhook: TestWebhook, rule = EVERYTHING) =>
  api.client.resource(mutatingwebhookconfigurations).create({
    apiVersion: API_VERSION,
    kind: "MutatingWebhookConfiguration",
    metadata: { name: "mutate" },
    webhooks: [hook(webhook, rule)],
  });

const patch = (operations: readonly object[]) => ({
  patchType: "JSONPatch",
  patch: Buffer.from(JSON.stringify(operations)).toString("base64"),
});

const ofPod = (client: TestApiServer["client"], subresource: string, body?: object, more: object = {}) =>
  client.transport.request({
    verb: "create",
    group: "",
    version: "v1",
    resource: "pods",
    ...IN_DEFAULT,
    name: "web",
    subresource,
    ...(body ? { body } : {}),
    ...more,
  });

const createPod = ({ client }: TestApiServer, nodeName?: string) =>
  client.resource(pods).create({
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "web", ...IN_DEFAULT, labels: { app: "web" } },
    spec: { containers: [{ name: "main", image: "web" }], ...(nodeName === undefined ? {} : { nodeName }) },
  });

const createDeployment = ({ client }: TestApiServer) =>
  client.resource(deployments).create({
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "web", ...IN_DEFAULT },
    spec: {
      replicas: 2,
      selector: { matchLabels: { app: "web" } },
      template: { metadata: { labels: { app: "web" } }, spec: { containers: [{ name: "main", image: "web" }] } },
    },
  });

const scale = ({ client }: TestApiServer, replicas: number) =>
  client.transport.request({
    verb: "patch",
    group: "apps",
    version: "v1",
    resource: "deployments",
    ...IN_DEFAULT,
    name: "web",
    subresource: "scale",
    patchType: "merge",
    body: { spec: { replicas } },
  });

const noNode = (): Promise<never> => Promise.reject(new Error("not connected in this test"));

/** A node that is never spoken to; `connected` has the options of sessions that were let through. */
function silentNode(): NodeConnection & { readonly connected: unknown[] } {
  const connected: unknown[] = [];
  const exec: NodeConnection["exec"] = (_pod, { command, container }) => {
    connected.push({ command, container });
    return Promise.resolve({ exitCode: 0 });
  };
  return { connected, logs: noNode, exec, attach: noNode, portForward: noNode };
}

const kindV1 = (kind: string) => ({ group: "", version: "v1", kind });

test("A webhook is asked about connections, with their options, and may refuse them", async () => {
  await using api = await startTestApiServer({ https: true });
  await using webhook = await startTestWebhook(() => ({ allowed: false, status: { message: "nobody connects" } }));
  await createPod(api, "n1");
  await validate(api, webhook);
  const denied = 'admission webhook "hook.example.com" denied the request: nobody connects';
  const paths = {
    "exec?command=ls&command=-l&container=main&stdout=true": {
      kind: kindV1("PodExecOptions"),
      object: { kind: "PodExecOptions", apiVersion: "v1", command: ["ls", "-l"], container: "main", stdout: true },
    },
    "attach?stdin=true": {
      kind: kindV1("PodAttachOptions"),
      object: { kind: "PodAttachOptions", apiVersion: "v1", stdin: true },
    },
    "portforward?ports=80,443": {
      kind: kindV1("PodPortForwardOptions"),
      object: { kind: "PodPortForwardOptions", apiVersion: "v1", ports: [80, 443] },
    },
    "proxy/a%20b/?x=y": {
      kind: kindV1("PodProxyOptions"),
      object: { kind: "PodProxyOptions", apiVersion: "v1", path: "/a b/" },
    },
  };
  for (const [path, expected] of Object.entries(paths)) {
    webhook.asked.length = 0;
    const response = await api.fetch(`/api/v1/namespaces/default/pods/web/${path}`, { method: "POST" });
    expect(await response.json()).toMatchObject({ message: denied, code: 400 });
    const subresource = /^\w+/.exec(path)?.[0];
    const pod = { group: "", version: "v1", resource: "pods" };
    expect(webhook.asked[0]?.request).toMatchObject({
      ...expected,
      resource: pod,
      subResource: subresource,
      requestKind: expected.kind,
      requestResource: pod,
      requestSubResource: subresource,
      name: "web",
      namespace: "default",
      operation: "CONNECT",
      oldObject: null,
      options: null,
    });
    expect(webhook.asked[0]?.request.object).toEqual(expected.object as never);
  }
});

test.each([
  [["pods"], 0],
  [["*"], 0],
  [["pods/attach"], 0],
  [["pods/exec"], 1],
  [["pods/*"], 1],
  [["*/exec"], 1],
  [["*/*"], 1],
])("A webhook for %j is asked %d times about an exec", async (resources, times) => {
  await using api = await startTestApiServer({ nodeConnection: silentNode() });
  await using webhook = await startTestWebhook(() => ({ allowed: false }));
  await createPod(api, "n1");
  await validate(api, webhook, { ...EVERYTHING, operations: ["CONNECT"], resources });
  await ofPod(api.client, "exec", undefined, { query: { command: "ls" } }).catch(() => undefined);
  expect(webhook.asked).toHaveLength(times);
});

test("The options of a connection are not selected by labels, not even by the lack of them", async () => {
  await using api = await startTestApiServer({ nodeConnection: silentNode() });
  await using webhook = await startTestWebhook(() => ({ allowed: false }));
  await createPod(api, "n1");
  await api.client.resource(validatingwebhookconfigurations).create({
    apiVersion: API_VERSION,
    kind: "ValidatingWebhookConfiguration",
    metadata: { name: "validate" },
    webhooks: [
      {
        ...hook(webhook, EVERYTHING),
        objectSelector: { matchExpressions: [{ key: "a", operator: "DoesNotExist" }] },
      },
    ],
  });
  await ofPod(api.client, "exec", undefined, { query: { command: "ls" } }).catch(() => undefined);
  expect(webhook.asked).toHaveLength(0);
});

test("A connection does what a mutating webhook makes of its options", async () => {
  const nodeConnection = silentNode();
  await using api = await startTestApiServer({ nodeConnection, https: true });
  await using webhook = await startTestWebhook(() => patch([{ op: "replace", path: "/command", value: ["true"] }]));
  await createPod(api, "n1");
  await mutate(api, webhook);
  const { server, caPem, clientCertificatePem, clientKeyPem } = api.connection;
  const url = `${server.replace("https", "wss")}/api/v1/namespaces/default/pods/web/exec?command=ls&stdout=true`;
  const socket = new WebSocket(url, {
    protocols: ["v5.channel.k8s.io"],
    tls: { ca: caPem, cert: clientCertificatePem, key: clientKeyPem },
  });
  await new Promise<void>((resolve) => socket.addEventListener("close", () => resolve()));
  expect(nodeConnection.connected).toEqual([{ command: ["true"], container: "main" }]);
});

test("A policy refuses connections by their options", async () => {
  await using api = await startTestApiServer({ nodeConnection: silentNode() });
  await createPod(api, "n1");
  await api.client.resource(validatingadmissionpolicies).create({
    apiVersion: API_VERSION,
    kind: "ValidatingAdmissionPolicy",
    metadata: { name: "no-shells" },
    spec: {
      matchConstraints: { resourceRules: [{ ...EVERYTHING, operations: ["CONNECT"], resources: ["pods/exec"] }] },
      validations: [{ expression: "object.command[0] != 'sh'", message: "no shells" }],
    },
  });
  await api.client.resource(validatingadmissionpolicybindings).create({
    apiVersion: API_VERSION,
    kind: "ValidatingAdmissionPolicyBinding",
    metadata: { name: "all" },
    spec: { policyName: "no-shells", validationActions: ["Deny"] },
  });
  expect(ofPod(api.client, "exec", undefined, { query: { command: "sh" } })).rejects.toThrow(
    `pods "web" is forbidden: ValidatingAdmissionPolicy 'no-shells' with binding 'all' denied request: no shells`,
  );
});

test("Whoever may only read pods opens no connections", async () => {
  await using api = await startTestApiServer({ rbac: true, nodeConnection: silentNode() });
  await createPod(api, "n1");
  await api.client.transport.request({
    verb: "create",
    group: "rbac.authorization.k8s.io",
    version: "v1",
    resource: "roles",
    ...IN_DEFAULT,
    body: {
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "Role",
      metadata: { name: "reader" },
      rules: [{ apiGroups: [""], resources: ["pods", "pods/exec"], verbs: ["get"] }],
    },
  });
  await api.client.transport.request({
    verb: "create",
    group: "rbac.authorization.k8s.io",
    version: "v1",
    resource: "rolebindings",
    ...IN_DEFAULT,
    body: {
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "RoleBinding",
      metadata: { name: "reader" },
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: "reader" },
      subjects: [{ kind: "User", apiGroup: "rbac.authorization.k8s.io", name: "jane" }],
    },
  });
  expect(ofPod(api.clientOf("jane"), "exec", undefined, { verb: "get", query: { command: "ls" } })).rejects.toThrow(
    'pods "web" is forbidden: ',
  );
});

test.each<[string, object, object, (api: TestApiServer) => Promise<unknown>]>([
  [
    "binding",
    kindV1("Binding"),
    { kind: "Binding", target: { name: "n1" } },
    (api) =>
      ofPod(api.client, "binding", {
        apiVersion: "v1",
        kind: "Binding",
        metadata: { name: "web" },
        target: { name: "n1" },
      }),
  ],
  [
    "eviction",
    { group: "policy", version: "v1", kind: "Eviction" },
    { kind: "Eviction", metadata: { name: "web" } },
    (api) => ofPod(api.client, "eviction", { apiVersion: "policy/v1", kind: "Eviction", metadata: { name: "web" } }),
  ],
  [
    "token",
    { group: "authentication.k8s.io", version: "v1", kind: "TokenRequest" },
    { kind: "TokenRequest", metadata: { name: "default", namespace: "default" }, spec: { expirationSeconds: 600 } },
    (api) =>
      ofPod(
        api.client,
        "token",
        { apiVersion: "authentication.k8s.io/v1", kind: "TokenRequest", spec: { expirationSeconds: 600 } },
        { resource: "serviceaccounts", name: "default" },
      ),
  ],
])("The body of %s is what a webhook is shown", async (subResource, kind, object, write) => {
  await using api = await startTestApiServer();
  await using webhook = await startTestWebhook(() => ({ allowed: false, status: { message: "no" } }));
  await createPod(api);
  await validate(api, webhook);
  expect(write(api)).rejects.toThrow("denied the request: no");
  expect(webhook.asked.map(({ request }) => request)).toMatchObject([
    { kind, requestKind: kind, subResource, object, oldObject: null, operation: "CREATE" } as object,
  ]);
});

test("An eviction is no deletion to webhooks", async () => {
  await using api = await startTestApiServer();
  await using webhook = await startTestWebhook(() => ({}));
  await createPod(api, "n1");
  await validate(api, webhook);
  await ofPod(api.client, "eviction", { apiVersion: "policy/v1", kind: "Eviction", metadata: { name: "web" } });
  expect(webhook.asked.map(({ request: { operation } }) => operation)).toEqual(["CREATE"]);
});

test("A scale is shown as one, before and after, and may be changed", async () => {
  await using api = await startTestApiServer();
  await using webhook = await startTestWebhook(({ object }) =>
    (object as unknown as { spec: { replicas: number } }).spec.replicas > 3
      ? patch([{ op: "replace", path: "/spec/replicas", value: 3 }])
      : {},
  );
  await createDeployment(api);
  await mutate(api, webhook);
  await using watcher = await startTestWebhook(() => ({}));
  await validate(api, watcher);
  expect(await scale(api, 9)).toMatchObject({ kind: "Scale", spec: { replicas: 3 } });
  const kind = { group: "autoscaling", version: "v1", kind: "Scale" };
  expect(watcher.asked.map(({ request }) => request)).toMatchObject([
    {
      kind,
      requestKind: kind,
      resource: { group: "apps", version: "v1", resource: "deployments" },
      subResource: "scale",
      operation: "UPDATE",
      object: { kind: "Scale", spec: { replicas: 3 } },
      oldObject: { kind: "Scale", spec: { replicas: 2 } },
    } as object,
  ]);
});

test("Reviews are shown to webhooks as creations, and may be refused", async () => {
  await using api = await startTestApiServer();
  await using webhook = await startTestWebhook(() => ({ allowed: false, status: { message: "do not ask" } }));
  await validate(api, webhook);
  const review = api.client.transport.request({
    verb: "create",
    group: "authorization.k8s.io",
    version: "v1",
    resource: "selfsubjectaccessreviews",
    body: {
      apiVersion: "authorization.k8s.io/v1",
      kind: "SelfSubjectAccessReview",
      spec: { resourceAttributes: { verb: "get", resource: "pods" } },
    },
  });
  expect(review).rejects.toThrow("denied the request: do not ask");
});

test("In a namespace that goes away nobody evicts pods", async () => {
  await using api = await startTestApiServer();
  await createNamespace(api.client, "shop");
  await api.client.resource(pods).create({
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "web", namespace: "shop" },
    spec: { containers: [{ name: "main", image: "web" }] },
  });
  await api.client.resource(namespaces).delete({ name: "shop" });
  const body = { apiVersion: "policy/v1", kind: "Eviction", metadata: { name: "web" } };
  const refusal = await ofPod(api.client, "eviction", body, { namespace: "shop" }).catch((error: unknown) => error);
  expect(refusal).toMatchObject({
    message: 'pods "web" is forbidden: unable to create new content in namespace shop because it is being terminated',
    status: { code: 403, details: { causes: [{ reason: "NamespaceTerminating" }] } },
  });
});

test("What the options of a write are, webhooks are told as the client said it", async () => {
  await using api = await startTestApiServer();
  await using webhook = await startTestWebhook(() => ({}));
  await createDeployment(api);
  await validate(api, webhook);
  await api.client
    .resource(deployments)
    .patch({ name: "web", ...IN_DEFAULT }, { metadata: { labels: { a: "b" } } }, { type: "merge" });
  expect(webhook.asked[0]?.request).toMatchObject({
    options: { kind: "UpdateOptions", apiVersion: "meta.k8s.io/v1" },
  });
});
