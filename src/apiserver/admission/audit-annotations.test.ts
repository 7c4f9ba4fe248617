/** What admission adds to the audit log. */
import { expect, test } from "bun:test";

import {
  configmaps,
  mutatingwebhookconfigurations,
  pods,
  validatingadmissionpolicies,
  validatingadmissionpolicybindings,
  validatingwebhookconfigurations,
} from "../../api/resources.ts";
import type { MutatingWebhook } from "../../api/types/admissionregistration-v1.ts";
import { systemClock } from "../../lib/time/clock.ts";
import { createNamespace, startTestApiServer } from "../../testing/test-api-server.ts";
import { startTestWebhook, type TestWebhook } from "../../testing/test-webhook.ts";
import { parseAuditPolicy } from "../audit/audit-policy.ts";
import { Audit } from "../audit/audit.ts";

const API_VERSION = "admissionregistration.k8s.io/v1";

interface Event {
  readonly stage: string;
  readonly objectRef?: { readonly name?: string; readonly resource: string };
  readonly annotations?: Readonly<Record<string, string>>;
}

async function audited(level: string) {
  const events: Event[] = [];
  const policy = parseAuditPolicy(`apiVersion: audit.k8s.io/v1\nkind: Policy\nrules: [{ level: ${level} }]`, "p.yaml");
  const api = await startTestApiServer({
    audit: new Audit(policy, (line) => events.push(JSON.parse(line) as Event), systemClock),
  });
  return {
    api,
    annotationsOf: (resource: string, name: string) =>
      events.find(
        ({ stage, objectRef }) =>
          stage === "ResponseComplete" && objectRef?.resource === resource && objectRef.name === name,
      )?.annotations,
    [Symbol.asyncDispose]: () => api[Symbol.asyncDispose](),
  };
}

const hook = (name: string, { port, caBundle }: TestWebhook): MutatingWebhook => ({
  name: `${name}.example.com`,
  clientConfig: { url: `https://127.0.0.1:${port}/${name}`, caBundle },
  rules: [{ operations: ["UPDATE"], apiGroups: [""], apiVersions: ["v1"], resources: ["configmaps"] }],
  sideEffects: "None",
  failurePolicy: "Ignore",
  admissionReviewVersions: ["v1"],
});

const configMap = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "a", namespace: "default" } };

test.each([
  ["Metadata", undefined],
  [
    "Request",
    `{"configuration":"hooks","webhook":"patch.example.com","patch":[{"op":"add","path":"/data","value":{"b":"c"}}],"patchType":"JSONPatch"}`,
  ],
])("What webhooks did is in events of level %s", async (level, patchNote) => {
  await using server = await audited(level);
  await using webhook = await startTestWebhook((_request, path) =>
    path.startsWith("/patch")
      ? {
          patchType: "JSONPatch",
          patch: Buffer.from(`[{"op":"add","path":"/data","value":{"b":"c"}}]`).toString("base64"),
          auditAnnotations: { why: "because", "no key": "x" },
        }
      : {},
  );
  const { client } = server.api;
  await client.resource(configmaps).create(configMap);
  await client.resource(mutatingwebhookconfigurations).create({
    apiVersion: API_VERSION,
    kind: "MutatingWebhookConfiguration",
    metadata: { name: "hooks" },
    webhooks: [hook("idle", webhook), hook("patch", webhook), hook("gone", { ...webhook, port: 1 })],
  });
  await client.resource(validatingwebhookconfigurations).create({
    apiVersion: API_VERSION,
    kind: "ValidatingWebhookConfiguration",
    metadata: { name: "hooks" },
    webhooks: [hook("away", { ...webhook, port: 1 })],
  });
  await client.resource(configmaps).update(configMap);
  const note = (name: string, mutated: boolean) =>
    JSON.stringify({ configuration: "hooks", webhook: `${name}.example.com`, mutated });
  expect(server.annotationsOf("configmaps", "a")).toEqual({
    "authorization.k8s.io/decision": "allow",
    "authorization.k8s.io/reason": expect.any(String) as unknown as string,
    "mutation.webhook.admission.k8s.io/round_0_index_0": note("idle", false),
    "mutation.webhook.admission.k8s.io/round_0_index_1": note("patch", true),
    "mutation.webhook.admission.k8s.io/round_0_index_2": note("gone", false),
    "failed-open.mutation.webhook.admission.k8s.io/round_0_index_2": "gone.example.com",
    "failed-open.validating.webhook.admission.k8s.io/round_0_index_0": "away.example.com",
    "patch.example.com/why": "because",
    ...(patchNote === undefined ? {} : { "patch.webhook.admission.k8s.io/round_0_index_1": patchNote }),
  });
});

test("Policies note failed validations and what they are told to", async () => {
  await using server = await audited("Metadata");
  const { client } = server.api;
  await client.resource(validatingadmissionpolicies).create({
    apiVersion: API_VERSION,
    kind: "ValidatingAdmissionPolicy",
    metadata: { name: "policy" },
    spec: {
      matchConstraints: {
        resourceRules: [{ operations: ["UPDATE"], apiGroups: [""], apiVersions: ["v1"], resources: ["configmaps"] }],
      },
      validations: [{ expression: "true" }, { expression: "false", message: "never" }],
      auditAnnotations: [
        { key: "name", valueExpression: "' ' + object.metadata.name" },
        { key: "none", valueExpression: "null" },
      ],
    },
  });
  await client.resource(validatingadmissionpolicybindings).create({
    apiVersion: API_VERSION,
    kind: "ValidatingAdmissionPolicyBinding",
    metadata: { name: "binding" },
    spec: { policyName: "policy", validationActions: ["Audit"] },
  });
  await client.resource(configmaps).create(configMap);
  await client.resource(configmaps).update(configMap);
  expect(server.annotationsOf("configmaps", "a")).toMatchObject({
    "policy/name": "a",
    "validation.policy.admission.k8s.io/validation_failure": JSON.stringify([
      { message: "never", policy: "policy", binding: "binding", expressionIndex: 1, validationActions: ["Audit"] },
    ]),
  });
  expect(server.annotationsOf("configmaps", "a")).not.toHaveProperty("policy/none");
});

test("The security of pods is noted as the namespace asks for", async () => {
  await using server = await audited("Metadata");
  const { client } = server.api;
  await createNamespace(client, "safe");
  await client.transport.request({
    verb: "patch",
    group: "",
    version: "v1",
    resource: "namespaces",
    name: "safe",
    patchType: "merge",
    body: { metadata: { labels: { "pod-security.kubernetes.io/audit": "baseline" } } },
  });
  await client.resource(pods).create({
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "web", namespace: "safe" },
    spec: { hostNetwork: true, containers: [{ name: "main", image: "web" }] },
  });
  const image = { spec: { containers: [{ name: "main", image: "other" }] } };
  await client.resource(pods).patch({ name: "web", namespace: "safe" }, image, { type: "strategic" });
  expect(server.annotationsOf("pods", "web")).toMatchObject({
    "pod-security.kubernetes.io/enforce-policy": "privileged:latest",
    "pod-security.kubernetes.io/audit-violations":
      'would violate PodSecurity "baseline:latest": host namespaces (hostNetwork=true)',
  });
});
