import { expect, test } from "bun:test";

import { builtInKinds } from "../api/registry.ts";
import { customresourcedefinitions, validatingadmissionpolicies } from "../api/resources.ts";
import type { ValidatingAdmissionPolicySpec } from "../api/types/admissionregistration-v1.ts";
import { startTestControllers } from "../testing/test-controllers.ts";
import { validatingPolicyStatusController } from "./validating-policy-status.ts";

async function statusOf(
  spec: ValidatingAdmissionPolicySpec,
  [apiGroups, resources]: readonly [string[], string[]],
  prepare?: (client: Awaited<ReturnType<typeof startTestControllers>>["client"]) => Promise<unknown>,
) {
  await using controllers = await startTestControllers([validatingPolicyStatusController(builtInKinds)]);
  await prepare?.(controllers.client);
  await controllers.client.resource(validatingadmissionpolicies).create({
    apiVersion: "admissionregistration.k8s.io/v1",
    kind: "ValidatingAdmissionPolicy",
    metadata: { name: "policy" },
    spec: {
      matchConstraints: { resourceRules: [{ operations: ["CREATE"], apiGroups, apiVersions: ["v1"], resources }] },
      ...spec,
    },
  });
  return await controllers.eventually(validatingadmissionpolicies, ([policy]) =>
    policy?.status?.observedGeneration === 1 ? policy.status : undefined,
  );
}

test("A policy whose expressions fit its kinds has nothing to warn of", async () => {
  const validations = [
    {
      expression: "object.spec.replicas > 1 && object.metadata.labels['a'] == 'b' && has(object.spec.paused)",
      messageExpression: "'has ' + string(object.spec.replicas)",
    },
    { expression: "object.spec.template.spec.containers.all(c, c.image != '' && size(c.ports) < 3)" },
    { expression: "object.metadata.creationTimestamp < timestamp('2030-01-01T00:00:00Z')" },
    { expression: "variables.names.all(name, name.startsWith('a'))" },
  ];
  const variables = [{ name: "names", expression: "object.spec.template.spec.containers.map(c, c.name)" }];
  expect(await statusOf({ validations, variables }, [["apps"], ["deployments"]])).toEqual({
    observedGeneration: 1,
    typeChecking: {},
  });
});

test("What does not fit is told for each kind, with the place in the expression", async () => {
  const validations = [
    { expression: "object.spec.replicas > '1'" },
    { expression: "true", messageExpression: "'x' + object.spec.nothing" },
  ];
  const status = await statusOf({ validations }, [["apps"], ["deployments", "statefulsets"]]);
  const mismatch = (kind: string): string =>
    `apps/v1, Kind=${kind}: compilation failed: ERROR: <input>:1:22: found no matching overload for '_>_' applied to '(int, string)'\n | object.spec.replicas > '1'\n | .....................^\n`;
  const unknown = (kind: string): string =>
    `apps/v1, Kind=${kind}: compilation failed: ERROR: <input>:1:18: undefined field 'nothing'\n | 'x' + object.spec.nothing\n | .................^\n`;
  expect(status.typeChecking?.expressionWarnings).toEqual([
    {
      fieldRef: "spec.validations[0].expression",
      warning: `${mismatch("Deployment")}\n${mismatch("StatefulSet")}`,
    },
    {
      fieldRef: "spec.validations[1].messageExpression",
      warning: `${unknown("Deployment")}\n${unknown("StatefulSet")}`,
    },
  ]);
});

test("Kinds that users define are checked by their schemas, and wildcards not at all", async () => {
  const validations = [{ expression: "object.spec.size == 'large'" }];
  const define = (client: Awaited<ReturnType<typeof startTestControllers>>["client"]) =>
    client.resource(customresourcedefinitions).create({
      apiVersion: "apiextensions.k8s.io/v1",
      kind: "CustomResourceDefinition",
      metadata: { name: "widgets.example.com" },
      spec: {
        group: "example.com",
        scope: "Namespaced",
        names: { plural: "widgets", kind: "Widget" },
        versions: [
          {
            name: "v1",
            served: true,
            storage: true,
            schema: {
              openAPIV3Schema: {
                type: "object",
                properties: { spec: { type: "object", properties: { size: { type: "integer" } } } },
              },
            },
          },
        ],
      },
    });
  const status = await statusOf({ validations }, [["example.com"], ["widgets"]], define);
  expect(status.typeChecking?.expressionWarnings?.[0]?.warning).toStartWith(
    "example.com/v1, Kind=Widget: compilation failed: ERROR: <input>:1:18: found no matching overload for '_==_' applied to '(int, string)'",
  );
  expect((await statusOf({ validations }, [["*"], ["pods"]])).typeChecking).toEqual({});
});
