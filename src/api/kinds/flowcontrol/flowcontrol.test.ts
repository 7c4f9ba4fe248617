import { expect, test } from "bun:test";

import { creationProblems } from "../../../testing/kind-checks.ts";

const schema = (spec: string, name = "mine"): string[] =>
  creationProblems(`
apiVersion: flowcontrol.apiserver.k8s.io/v1
kind: FlowSchema
metadata: { name: ${name} }
spec: ${spec}`);

const level = (spec: string, name = "mine"): string[] =>
  creationProblems(`
apiVersion: flowcontrol.apiserver.k8s.io/v1
kind: PriorityLevelConfiguration
metadata: { name: ${name} }
spec: ${spec}`);

test("A flow schema must name a level and have rules that say something", () => {
  expect(schema(`{ priorityLevelConfiguration: { name: a }, matchingPrecedence: 2 }`)).toEqual([]);
  expect(
    schema(`
  priorityLevelConfiguration: { name: "" }
  matchingPrecedence: 10001
  distinguisherMethod: { type: ByMood }
  rules:
  - subjects: []
  - subjects:
    - { kind: User, group: { name: g } }
    - { kind: ServiceAccount, serviceAccount: { name: "*", namespace: "" } }
    - { kind: Robot }
    resourceRules:
    - { verbs: ["*", get], apiGroups: [], resources: ["*", pods], namespaces: [] }
    - { verbs: [smile], apiGroups: [""], resources: [pods], namespaces: [A_b] }
    nonResourceRules:
    - { verbs: [], nonResourceURLs: ["x", "/a//b", "/a*"] }`),
  ).toEqual([
    "spec.matchingPrecedence: Invalid value: 10001: must not be greater than 10000",
    'spec.distinguisherMethod.type: Unsupported value: {"type":"ByMood"}: supported values: "ByNamespace", "ByUser"',
    "spec.priorityLevelConfiguration.name: Required value: must reference a priority level",
    "spec.rules[0].subjects: Required value: subjects must contain at least one value",
    "spec.rules[0]: Required value: at least one of resourceRules and nonResourceRules has to be non-empty",
    "spec.rules[1].subjects[0].user: Required value: user is required when subject kind is 'User'",
    "spec.rules[1].subjects[0].group: Forbidden: group is forbidden when subject kind is not 'Group'",
    "spec.rules[1].subjects[1].serviceAccount.namespace: Required value: must specify namespace for service account",
    'spec.rules[1].subjects[2].kind: Unsupported value: "Robot": supported values: "Group", "ServiceAccount", "User"',
    `spec.rules[1].resourceRules[0].verbs: Invalid value: ["*","get"]: if '*' is present, must not specify other verbs`,
    "spec.rules[1].resourceRules[0].apiGroups: Required value: resource rules must supply at least one api group",
    `spec.rules[1].resourceRules[0].resources: Invalid value: ["*","pods"]: if '*' is present, must not specify other resources`,
    "spec.rules[1].resourceRules[0].namespaces: Required value: resource rules that are not cluster scoped must supply at least one namespace",
    `spec.rules[1].resourceRules[1].verbs: Unsupported value: ["smile"]: supported values: "create", "delete", "deletecollection", "get", "list", "patch", "proxy", "update", "watch"`,
    expect.stringMatching(
      /^spec.rules\[1\].resourceRules\[1\].namespaces\[0\]: Invalid value: "A_b": each member of this list must be '\*' or a DNS-1123 label; a lowercase RFC 1123/,
    ),
    "spec.rules[1].nonResourceRules[0].verbs: Required value: verbs must contain at least one value",
    'spec.rules[1].nonResourceRules[0].nonResourceURLs[0]: Invalid value: "x": must start with slash',
    'spec.rules[1].nonResourceRules[0].nonResourceURLs[1]: Invalid value: "/a//b": must not contain double slash',
    'spec.rules[1].nonResourceRules[0].nonResourceURLs[2]: Invalid value: "/a*": wildcard can only do suffix matching',
  ]);
});

test("The mandatory schema and levels are as they are", () => {
  const problems = schema(`{ priorityLevelConfiguration: { name: exempt }, matchingPrecedence: 1 }`, "exempt");
  expect(problems).toEqual([
    expect.stringMatching(/^spec: Invalid value: .*: spec of 'exempt' must equal the fixed value$/),
  ]);
  expect(schema(`{ priorityLevelConfiguration: { name: a }, matchingPrecedence: 1 }`)).toEqual([
    "spec.matchingPrecedence: Invalid value: 1: only the schema named 'exempt' may have matchingPrecedence 1",
  ]);
  expect(level(`{ type: Exempt, exempt: { lendablePercent: 50 } }`, "exempt")).toEqual([]);
  expect(level(`{ type: Limited, limited: { limitResponse: { type: Reject } } }`, "catch-all")).toEqual([
    expect.stringMatching(/spec of 'catch-all' must equal the fixed value$/),
  ]);
});

test("A priority level is exempt by its name only, and its queues can be dealt", () => {
  const queued = (queuing: string) =>
    level(`{ type: Limited, limited: { limitResponse: { type: Queue, queuing: ${queuing} } } }`);
  expect(queued("{}")).toEqual([]);
  expect(queued("{ queues: -1, handSize: 4, queueLengthLimit: -5 }")).toEqual([
    "spec.limited.limitResponse.queuing.queueLengthLimit: Invalid value: -5: must be positive",
    "spec.limited.limitResponse.queuing.queues: Invalid value: -1: must be positive",
    "spec.limited.limitResponse.queuing.handSize: Invalid value: 4: should not be greater than queues (-1)",
  ]);
  expect(queued("{ queues: 1024, handSize: 10 }")).toEqual([
    "spec.limited.limitResponse.queuing.handSize: Invalid value: 10: required entropy bits of deckSize 1024 and handSize 10 should not be greater than 60",
  ]);
  expect(level(`{ type: Exempt, limited: { nominalConcurrencyShares: -1 } }`)).toEqual([
    "spec.type: Invalid value: \"Exempt\": must be 'Exempt' if and only if `name` is 'exempt'",
    "spec.limited: Forbidden: must be nil if the type is not Limited",
  ]);
  expect(
    level(
      `{ type: Limited, limited: { nominalConcurrencyShares: -1, lendablePercent: 101, borrowingLimitPercent: -2 } }`,
    ),
  ).toEqual([
    "spec.limited.nominalConcurrencyShares: Invalid value: -1: must be a non-negative integer",
    'spec.limited.limitResponse.type: Unsupported value: "": supported values: "Queue", "Reject"',
    "spec.limited.lendablePercent: Invalid value: 101: must be between 0 and 100, inclusive",
    "spec.limited.borrowingLimitPercent: Invalid value: -2: if specified, must be a non-negative integer",
  ]);
});
