import { expect, test } from "bun:test";

import { configmaps, validatingadmissionpolicies, validatingadmissionpolicybindings } from "../../api/resources.ts";
import type {
  ValidatingAdmissionPolicyBindingSpec,
  ValidatingAdmissionPolicySpec,
} from "../../api/types/admissionregistration-v1.ts";
import { startTestApiServer, type TestApiServer } from "../../testing/test-api-server.ts";

const apiVersion = "admissionregistration.k8s.io/v1";

const configMap = (name: string, data: Readonly<Record<string, string>> = {}) => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name, namespace: "default" },
  data,
});

const policy = ({ client }: TestApiServer, spec: ValidatingAdmissionPolicySpec) =>
  client.resource(validatingadmissionpolicies).create({
    apiVersion,
    kind: "ValidatingAdmissionPolicy",
    metadata: { name: "policy" },
    spec: {
      matchConstraints: {
        resourceRules: [{ operations: ["CREATE"], apiGroups: [""], apiVersions: ["v1"], resources: ["configmaps"] }],
      },
      ...spec,
    },
  });

const bind = ({ client }: TestApiServer, spec: Partial<ValidatingAdmissionPolicyBindingSpec> = {}) =>
  client.resource(validatingadmissionpolicybindings).create({
    apiVersion,
    kind: "ValidatingAdmissionPolicyBinding",
    metadata: { name: "binding" },
    spec: { policyName: "policy", validationActions: ["Deny"], ...spec },
  });

const refusal = (detail: string): string =>
  `is forbidden: ValidatingAdmissionPolicy 'policy' with binding 'binding' denied request: ${detail}`;

test("A bound policy refuses what its validations do not hold for", async () => {
  await using api = await startTestApiServer();
  const client = api.client.resource(configmaps);
  await policy(api, {
    variables: [
      { name: "size", expression: "has(object.data) ? size(object.data) : 0" },
      { name: "isLarge", expression: "variables.size > 1" },
    ],
    matchConditions: [{ name: "named", expression: "object.metadata.name != 'free'" }],
    validations: [
      {
        expression: "!variables.isLarge",
        messageExpression: "'has ' + string(variables.size) + ' entries'",
        reason: "Forbidden",
      },
      { expression: "!object.metadata.name.startsWith('x')" },
    ],
  });
  await client.create(configMap("unbound", { a: "1", b: "2" }));
  await bind(api);
  await client.create(configMap("small", { a: "1" }));
  await client.create(configMap("free", { a: "1", b: "2" }));
  const large = await client.create(configMap("large", { a: "1", b: "2" })).catch((error: unknown) => error);
  expect(large).toMatchObject({
    message: `configmaps "large" ${refusal("has 2 entries")}`,
    status: { code: 403, reason: "Forbidden" },
  });
  const named = await client.create(configMap("x")).catch((error: unknown) => error);
  expect(named).toMatchObject({
    message: `configmaps "x" ${refusal("failed expression: !object.metadata.name.startsWith('x')")}`,
    status: { code: 422, reason: "Invalid" },
  });
});

test("A failure is a refusal only where the policy says so", async () => {
  await using api = await startTestApiServer();
  const validations = [{ expression: "object.data.missing == 'a'" }];
  await policy(api, { validations });
  await bind(api);
  const client = api.client.resource(configmaps);
  expect(client.create(configMap("a", { b: "c" }))).rejects.toThrow(
    refusal("expression 'object.data.missing == 'a'' resulted in error: no such key: missing"),
  );
  await api.client.resource(validatingadmissionpolicies).delete({ name: "policy" });
  await policy(api, { validations, failurePolicy: "Ignore" });
  await client.create(configMap("a", { b: "c" }));
});

test("Parameters are objects of the kind that the policy names", async () => {
  await using api = await startTestApiServer();
  const client = api.client.resource(configmaps);
  await client.create(configMap("params", { most: "1" }));
  await policy(api, {
    paramKind: { apiVersion: "v1", kind: "ConfigMap" },
    validations: [{ expression: "size(object.data) <= int(params.data.most)", message: "too many" }],
  });
  await bind(api, { paramRef: { name: "params", parameterNotFoundAction: "Deny" } });
  await client.create(configMap("a", { a: "1" }));
  expect(client.create(configMap("b", { a: "1", b: "2" }))).rejects.toThrow(refusal("too many"));
  await client.delete({ namespace: "default", name: "params" });
  expect(client.create(configMap("c"))).rejects.toThrow(
    refusal("failed to configure binding: no params found for policy binding with `Deny` parameterNotFoundAction"),
  );
});

test.each<[ValidatingAdmissionPolicySpec, string]>([
  [{}, "spec.validations: Required value: validations or auditAnnotations must contain at least one item"],
  [{ validations: [{ expression: "1 + 1" }] }, "must evaluate to bool"],
  [{ validations: [{ expression: "object.a ==" }] }, "compilation failed: ERROR: <input>:1:"],
  [
    { validations: [{ expression: "variables.later", message: "a" }], variables: [{ name: "a b", expression: "1" }] },
    'spec.variables[0].name: Invalid value: "a b": must be a valid CEL identifier',
  ],
  [{ validations: [{ expression: "true", message: "a\nb" }] }, "must not contain line breaks"],
])("A policy with %j is refused", async (spec, message) => {
  await using api = await startTestApiServer();
  expect(policy(api, spec)).rejects.toThrow(message);
});

test.each<[Partial<ValidatingAdmissionPolicyBindingSpec>, string]>([
  [{ validationActions: [] }, "spec.validationActions: Required value: at least one validation action is required"],
  [{ validationActions: ["Deny", "Warn"] }, "must not contain both Deny and Warn"],
  [{ policyName: "" }, "spec.policyName: Required value"],
  [{ paramRef: { parameterNotFoundAction: "Deny" } }, "one of name or selector must be specified"],
])("A binding with %j is refused", async (spec, message) => {
  await using api = await startTestApiServer();
  expect(bind(api, spec)).rejects.toThrow(message);
});
