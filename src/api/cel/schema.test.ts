import { expect, test } from "bun:test";

import { DYN } from "../../lib/cel/types.ts";
import type { Value } from "../../lib/cel/values.ts";
import {
  AUTHORIZER,
  type AuthorizationQuestions,
  authorizerValue,
  requestResourceValue,
  RESOURCE_CHECK,
} from "./authorizer.ts";
import {
  celEnvironment,
  compileExpression,
  MATCH_CONDITIONS_BUDGET,
  mutationEnvironment,
  PER_CALL_LIMIT,
  TOTAL_BUDGET,
} from "./environment.ts";
import { escapeName, unescapeName } from "./escaping.ts";
import { type CelSchema, declaredType, structsIn, withTypeAndObjectMeta } from "./schema-type.ts";
import { schemaValue } from "./schema-value.ts";

const SCHEMA: CelSchema = {
  type: "object",
  properties: {
    spec: {
      type: "object",
      required: ["replicas"],
      properties: {
        replicas: { type: "integer" },
        ratio: { type: "number" },
        port: { "x-kubernetes-int-or-string": true },
        since: { type: "string", format: "date-time" },
        "max-size": { type: "string", maxLength: 10 },
        namespace: { type: "string" },
        labels: { type: "object", additionalProperties: { type: "string" } },
        tags: { type: "array", items: { type: "string" }, "x-kubernetes-list-type": "set" },
        items: {
          type: "array",
          items: { type: "object", properties: { name: { type: "string" }, value: { type: "integer" } } },
          "x-kubernetes-list-type": "map",
          "x-kubernetes-list-map-keys": ["name"],
        },
        anything: { type: "object", "x-kubernetes-preserve-unknown-fields": true },
      },
    },
  },
};

const OBJECT = {
  apiVersion: "example.com/v1",
  kind: "Shop",
  metadata: { name: "corner", labels: { a: "b" } },
  spec: {
    replicas: 3,
    ratio: 1,
    port: "http",
    since: "2026-01-02T03:04:05Z",
    "max-size": "10Gi",
    namespace: "shop",
    labels: { "a.b/c": "d" },
    tags: ["x", "y"],
    items: [
      { name: "one", value: 1 },
      { name: "two", value: 2 },
    ],
    anything: { goes: true },
  },
};

const self = declaredType(SCHEMA, "selfType", true);

function evaluate(expression: string): unknown {
  const environment = celEnvironment([["self", self?.type ?? DYN]], structsIn(self));
  const { program, problem } = compileExpression(expression, environment);
  if (!program) return problem.split("\n")[0];
  const result = program.evaluate(() => schemaValue(OBJECT, withTypeAndObjectMeta(SCHEMA)), PER_CALL_LIMIT);
  return result.error === undefined ? result.value : `error: ${result.error}`;
}

test.each([
  "self.spec.replicas == 3 && self.metadata.name == 'corner' && self.kind == 'Shop'",
  "type(self.spec.ratio) == double && self.spec.ratio == 1.0",
  "type(self.spec.port) == string && self.spec.port == 'http'",
  "self.spec.since.getFullYear() == 2026",
  "self.spec.max__dash__size == '10Gi' && self.spec.__namespace__ == 'shop'",
  "self.spec.labels['a.b/c'] == 'd' && has(self.spec.tags) && self.spec.labels.all(k, k.size() > 1)",
  "self.spec.tags == ['y', 'x'] && (self.spec.tags + ['x', 'z']).size() == 3",
  "self.spec.items.exists(i, i.name == 'two' && i.value == 2)",
])("Of a custom resource, %s", (expression) => {
  expect(evaluate(expression)).toBe(true);
});

test.each([
  ["self.spec.replica > 1", "ERROR: <input>:1:10: undefined field 'replica'"],
  ["self.metadata.labels.a == 'b'", "ERROR: <input>:1:14: undefined field 'labels'"],
  ["self.spec.anything.goes", "ERROR: <input>:1:19: undefined field 'goes'"],
  [
    "self.spec.replicas == 'a'",
    "ERROR: <input>:1:20: found no matching overload for '_==_' applied to '(int, string)'",
  ],
  ["self.spec + 1", "ERROR: <input>:1:11: found no matching overload for '_+_' applied to '(selfType.spec, int)'"],
])("Of a custom resource, %s is refused", (expression, problem) => {
  expect(evaluate(expression)).toBe(problem);
});

test("Declared types know the sizes of their values", () => {
  const spec = self?.fields?.get("spec");
  expect(spec?.minSize).toBe(2 + "replicas".length + 1 + 4);
  expect(spec?.fields?.get("max__dash__size")?.maxElements).toBe(40);
  expect(spec?.fields?.get("tags")?.maxElements).toBe(Math.floor((3 * 1024 * 1024 - 2) / 3));
});

test.each([
  ["a-b", "a__dash__b"],
  ["a.b/c", "a__dot__b__slash__c"],
  ["a__b", "a__underscores__b"],
  ["in", "__in__"],
  ["plain", "plain"],
])("The field %s is spelled %s", (name, spelling) => {
  expect(escapeName(name)).toBe(spelling);
  expect(unescapeName(spelling)).toBe(name);
});

test("Names that cannot be spelled are left out", () => {
  expect(escapeName("1a")).toBeUndefined();
  expect(escapeName("a$")).toBeUndefined();
  expect(unescapeName("a__nothing__b")).toBeUndefined();
});

test("The authorizer is asked with the user's words", () => {
  const asked: unknown[] = [];
  const questions: AuthorizationQuestions = {
    path: (path, verb, account) => {
      asked.push({ path, verb, account });
      return { isAllowed: false, reason: "no" };
    },
    resource: (resource, verb, account) => {
      asked.push({ resource, verb, account });
      return { isAllowed: true, reason: "" };
    },
  };
  const environment = celEnvironment([
    ["authorizer", AUTHORIZER],
    ["authorizer.requestResource", RESOURCE_CHECK],
  ]);
  const pod = { group: "", resource: "pods", subresource: "", namespace: "a", name: "b" };
  const values: Record<string, Value> = {
    authorizer: authorizerValue(questions),
    "authorizer.requestResource": requestResourceValue(questions, pod),
  };
  const expression = `authorizer.group('apps').resource('deployments').subresource('scale').namespace('x').name('y').check('get').allowed()
    && authorizer.serviceAccount('ns', 'sa').path('/healthz').check('get').reason() == 'no'`;
  const budget = TOTAL_BUDGET + MATCH_CONDITIONS_BUDGET;
  const evaluated = compileExpression(expression, environment).program?.evaluate((name) => values[name], budget);
  expect(evaluated?.value).toBe(true);
  const requested = compileExpression("authorizer.requestResource.check('delete').allowed()", environment);
  expect(requested.program?.evaluate((name) => values[name], budget).value).toBe(true);
  expect(asked).toEqual([
    {
      resource: { group: "apps", resource: "deployments", subresource: "scale", namespace: "x", name: "y" },
      verb: "get",
      account: undefined,
    },
    { path: "/healthz", verb: "get", account: { namespace: "ns", name: "sa" } },
    { resource: pod, verb: "delete", account: undefined },
  ]);
});

test("Keys of JSON patches are escaped", () => {
  const { types } = celEnvironment([]);
  const { program } = compileExpression("jsonpatch.escapeKey('k8s.io/my~label')", mutationEnvironment([], types));
  expect(program?.evaluate(() => undefined, PER_CALL_LIMIT).value).toBe("k8s.io~1my~0label");
});
