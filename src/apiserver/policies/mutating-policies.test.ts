import { expect, test } from "bun:test";

import {
  configmaps,
  deployments,
  mutatingadmissionpolicies,
  mutatingadmissionpolicybindings,
  namespaces,
  pods,
} from "../../api/resources.ts";
import type {
  MutatingAdmissionPolicyBindingSpec,
  MutatingAdmissionPolicySpec,
  Mutation,
} from "../../api/types/admissionregistration-v1.ts";
import { startTestApiServer, type TestApiServer } from "../../testing/test-api-server.ts";

const apiVersion = "admissionregistration.k8s.io/v1";

const configMap = (name: string, data: Readonly<Record<string, string>> = {}) => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name, namespace: "default" },
  data,
});

const pod = (name: string) => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name, namespace: "default" },
  spec: { containers: [{ name: "main", image: "web" }], tolerations: [{ key: "own", operator: "Exists" }] },
});

const jsonPatch = (expression: string): Mutation => ({ patchType: "JSONPatch", jsonPatch: { expression } });
const apply = (expression: string): Mutation => ({
  patchType: "ApplyConfiguration",
  applyConfiguration: { expression },
});

const policy = (
  { client }: TestApiServer,
  mutations: Mutation[],
  spec: Partial<MutatingAdmissionPolicySpec> = {},
  name = "policy",
) =>
  client.resource(mutatingadmissionpolicies).create({
    apiVersion,
    kind: "MutatingAdmissionPolicy",
    metadata: { name },
    spec: {
      matchConstraints: {
        resourceRules: [
          { operations: ["CREATE"], apiGroups: ["", "apps"], apiVersions: ["v1"], resources: ["*", "*/scale"] },
        ],
      },
      reinvocationPolicy: "Never",
      mutations,
      ...spec,
    },
  });

const bind = (
  { client }: TestApiServer,
  spec: Partial<MutatingAdmissionPolicyBindingSpec> = {},
  policyName = "policy",
) =>
  client.resource(mutatingadmissionpolicybindings).create({
    apiVersion,
    kind: "MutatingAdmissionPolicyBinding",
    metadata: { name: `${policyName}-binding` },
    spec: { policyName, ...spec },
  });

test("What an expression makes is merged into the object, lists by their keys", async () => {
  await using api = await startTestApiServer();
  await policy(api, [
    apply(`Object{
      metadata: Object.metadata{labels: {"by": "policy"}},
      spec: Object.spec{
        terminationGracePeriodSeconds: 5,
        initContainers: [Object.spec.initContainers{name: "before", image: "setup"}],
        containers: [Object.spec.containers{name: "main", env: [Object.spec.containers.env{name: "A", value: "b"}]}]
      }
    }`),
  ]);
  await bind(api);
  const made = await api.client.resource(pods).create(pod("web"));
  expect(made).toMatchObject({
    metadata: { labels: { by: "policy" } },
    spec: {
      terminationGracePeriodSeconds: 5,
      initContainers: [{ name: "before", image: "setup", imagePullPolicy: "Always" }],
      containers: [{ name: "main", image: "web", env: [{ name: "A", value: "b" }] }],
    },
  });
  expect(made.spec?.containers).toHaveLength(1);
});

test("JSON patches change what was left by those before them, and stop at a test that does not hold", async () => {
  await using api = await startTestApiServer();
  await policy(api, [
    jsonPatch(`[JSONPatch{op: "add", path: "/metadata/labels", value: {"first": "1"}}]`),
    jsonPatch(`[
      JSONPatch{op: "test", path: "/metadata/labels/first", value: "1"},
      JSONPatch{op: "add", path: "/metadata/labels/" + jsonpatch.escapeKey("a.io/b"), value: object.metadata.labels.first},
      JSONPatch{op: "copy", from: "/data/a", path: "/data/b"}
    ]`),
    jsonPatch(`[
      JSONPatch{op: "test", path: "/metadata/labels/first", value: "2"},
      JSONPatch{op: "remove", path: "/data"}
    ]`),
  ]);
  await bind(api);
  const made = await api.client.resource(configmaps).create(configMap("x", { a: "c" }));
  expect(made).toMatchObject({ metadata: { labels: { first: "1", "a.io/b": "1" } }, data: { a: "c", b: "c" } });
});

test("Conditions, variables, parameters and the namespace have a say", async () => {
  await using api = await startTestApiServer();
  const client = api.client.resource(configmaps);
  await client.create(configMap("param", { suffix: "-x" }));
  await api.client
    .resource(namespaces)
    .patch({ name: "default" }, { metadata: { labels: { team: "a" } } }, { type: "merge" });
  await policy(
    api,
    [apply(`Object{data: {"made": variables.text, "team": namespaceObject.metadata.labels["team"]}}`)],
    {
      paramKind: { apiVersion: "v1", kind: "ConfigMap" },
      variables: [{ name: "text", expression: "object.metadata.name + params.data.suffix" }],
      matchConditions: [{ name: "named", expression: "object.metadata.name != 'free'" }],
    },
  );
  await bind(api, { paramRef: { name: "param", parameterNotFoundAction: "Deny" } });
  expect((await client.create(configMap("a"))).data).toEqual({ made: "a-x", team: "a" });
  expect((await client.create(configMap("free", { own: "x" }))).data).toEqual({ own: "x" });
});

test("A policy that asks for it sees what later ones changed", async () => {
  await using api = await startTestApiServer();
  const count = (key: string) =>
    jsonPatch(
      `[JSONPatch{op: "add", path: "/data/${key}", value: string(int("${key}" in object.data ? object.data["${key}"] : "0") + 1)}]`,
    );
  await policy(api, [count("a")], { reinvocationPolicy: "IfNeeded" }, "a");
  await policy(api, [count("b")], {}, "b");
  await bind(api, {}, "a");
  await bind(api, {}, "b");
  const made = await api.client.resource(configmaps).create(configMap("x", { own: "x" }));
  expect(made.data).toEqual({ own: "x", a: "2", b: "1" });
});

test.each<[string, Mutation, string]>([
  [
    "an error",
    jsonPatch(`[JSONPatch{op: "add", path: "/data/a", value: object.data.missing}]`),
    "resulted in error: no such key: missing",
  ],
  ["a patch that does not apply", jsonPatch(`[JSONPatch{op: "remove", path: "/data/missing"}]`), "JSON Patch: "],
  [
    "an unknown field",
    apply(`Object{dat: {"a": "b"}}`),
    "error applying patch: failed to convert patch object to typed object: .dat: field not declared in schema",
  ],
  [
    "a type of another place",
    apply(`Object{metadata: Object.spec{}}`),
    'type mismatch: unexpected type name "Object.spec", expected "Object.metadata", which matches field name path from root Object type',
  ],
])("%s refuses the request unless failures are ignored", async (_what, mutation, detail) => {
  await using api = await startTestApiServer();
  const client = api.client.resource(configmaps);
  await policy(api, [mutation]);
  await bind(api);
  const refused = await client.create(configMap("x", { own: "x" })).catch((error: unknown) => error);
  const message = expect.stringContaining(detail) as unknown as string;
  expect(refused).toMatchObject({ status: { code: 403, reason: "Invalid", details: { causes: [{ message }] } } });
  expect((refused as Error).message).toStartWith("policy 'policy' with binding 'policy-binding' denied request: ");
  await api.client.resource(mutatingadmissionpolicies).delete({ name: "policy" });
  await policy(api, [mutation], { failurePolicy: "Ignore" });
  expect((await client.create(configMap("x", { own: "x" }))).data).toEqual({ own: "x" });
});

test("Lists that are one value are not merged, and fields that a kind does not have not added", async () => {
  await using api = await startTestApiServer();
  const client = api.client.resource(pods);
  await policy(api, [apply(`Object{spec: Object.spec{tolerations: [Object.spec.tolerations{key: "a"}]}}`)]);
  await bind(api);
  expect(client.create(pod("x"))).rejects.toThrow(
    "invalid ApplyConfiguration: may not mutate atomic arrays, maps or structs: .spec.tolerations",
  );
  await api.client.resource(mutatingadmissionpolicies).delete({ name: "policy" });
  await policy(api, [jsonPatch(`[JSONPatch{op: "add", path: "/spec/nodeNam", value: "a"}]`)]);
  expect(client.create(pod("x"))).rejects.toThrow('strict decoding error: unknown field "spec.nodeNam"');
});

test("A scale is changed as one", async () => {
  await using api = await startTestApiServer();
  const labels = { app: "web" };
  await api.client.resource(deployments).create({
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "web", namespace: "default" },
    spec: {
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [{ name: "main", image: "web" }] } },
    },
  });
  await policy(api, [apply("Object{spec: Object.spec{replicas: 3}}")], {
    matchConstraints: {
      resourceRules: [
        { operations: ["UPDATE"], apiGroups: ["apps"], apiVersions: ["v1"], resources: ["deployments/scale"] },
      ],
    },
  });
  await bind(api);
  const address = { group: "apps", version: "v1", resource: "deployments", namespace: "default", name: "web" };
  const scaled = await api.client.transport.request({
    verb: "patch",
    ...address,
    subresource: "scale",
    patchType: "merge",
    body: { spec: { replicas: 9 } },
  });
  expect(scaled).toMatchObject({ kind: "Scale", spec: { replicas: 3 } });
});

test.each<[Partial<MutatingAdmissionPolicySpec>, string]>([
  [{ mutations: [] }, "spec.mutations: Required value: mutations must contain at least one item"],
  [{ reinvocationPolicy: "Often" }, 'spec.reinvocationPolicy: Unsupported value: "Often"'],
  [
    { mutations: [{ patchType: "JSONPatch" }] },
    "spec.mutations[0].jsonPatch: Required value: must be specified when patchType is JSONPatch",
  ],
  [{ mutations: [{ patchType: "Other" }] }, 'spec.mutations[0].patchType: Unsupported value: "Other"'],
  [
    { mutations: [apply("'a'")] },
    "spec.mutations[0].applyConfiguration.expression: Invalid value: \"'a'\": must evaluate to Object but got string",
  ],
  [
    { mutations: [jsonPatch("[JSONPatch{op: 1}]")] },
    "spec.mutations[0].jsonPatch.expression: Invalid value: \"[JSONPatch{op: 1}]\": compilation failed: ERROR: <input>:1:14: expected type of field 'op' is 'string' but provided type is 'int'",
  ],
  [
    {
      matchConstraints: {
        resourceRules: [{ operations: ["DELETE"], apiGroups: [""], apiVersions: ["v1"], resources: ["pods"] }],
      },
    },
    'spec.matchConstraints.resourceRules.operations: Unsupported value: "DELETE": supported values: "*", "CONNECT", "CREATE", "UPDATE"',
  ],
])("A policy with %j is refused", async (spec, message) => {
  await using api = await startTestApiServer();
  expect(policy(api, [jsonPatch("[]")], spec)).rejects.toThrow(message);
});
