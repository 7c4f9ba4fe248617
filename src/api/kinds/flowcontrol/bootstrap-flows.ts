import type { FlowSchema, PriorityLevelConfiguration } from "../../types/flowcontrol-v1.ts";

/** Says that the server may bring the object up to date as long as nobody takes this away. */
const AUTO_UPDATE = "apf.kubernetes.io/autoupdate-spec";
const ALL = ["*"];

/** Every request, of every resource and path. */
const EVERYTHING = {
  resourceRules: [{ verbs: ALL, apiGroups: ALL, resources: ALL, namespaces: ALL, clusterScope: true }],
  nonResourceRules: [{ verbs: ALL, nonResourceURLs: ALL }],
};

export function flowSchemaOf(
  name: string,
  level: string,
  matchingPrecedence: number,
  distinguisher: "ByUser" | "ByNamespace" | undefined,
  rule: Omit<NonNullable<NonNullable<FlowSchema["spec"]>["rules"]>[number], "resourceRules" | "nonResourceRules"> & {
    readonly resourceRules?: (typeof EVERYTHING)["resourceRules"];
    readonly nonResourceRules?: (typeof EVERYTHING)["nonResourceRules"];
  },
): FlowSchema {
  const { subjects, ...rules } = rule;
  return {
    apiVersion: "flowcontrol.apiserver.k8s.io/v1",
    kind: "FlowSchema",
    metadata: { name, annotations: { [AUTO_UPDATE]: "true" } },
    spec: {
      priorityLevelConfiguration: { name: level },
      matchingPrecedence,
      ...(distinguisher ? { distinguisherMethod: { type: distinguisher } } : {}),
      rules: [{ subjects, ...(rules.resourceRules || rules.nonResourceRules ? rules : EVERYTHING) }],
    },
  };
}

export function priorityLevelOf(
  name: string,
  spec: NonNullable<PriorityLevelConfiguration["spec"]>,
): PriorityLevelConfiguration {
  return {
    apiVersion: "flowcontrol.apiserver.k8s.io/v1",
    kind: "PriorityLevelConfiguration",
    metadata: { name, annotations: { [AUTO_UPDATE]: "true" } },
    spec,
  };
}

export const groupSubjects = (...names: string[]) => names.map((name) => ({ kind: "Group", group: { name } }));

/** They hold whether they are stored or not, and cannot be changed. */
export const MANDATORY_LEVELS: readonly PriorityLevelConfiguration[] = [
  priorityLevelOf("exempt", { type: "Exempt", exempt: { nominalConcurrencyShares: 0, lendablePercent: 0 } }),
  priorityLevelOf("catch-all", {
    type: "Limited",
    limited: { nominalConcurrencyShares: 5, lendablePercent: 0, limitResponse: { type: "Reject" } },
  }),
];

export const MANDATORY_SCHEMAS: readonly FlowSchema[] = [
  flowSchemaOf("exempt", "exempt", 1, undefined, { subjects: groupSubjects("system:masters") }),
  flowSchemaOf("catch-all", "catch-all", 10_000, "ByUser", {
    subjects: groupSubjects("system:unauthenticated", "system:authenticated"),
  }),
];
