import {
  flowSchemaOf,
  groupSubjects,
  MANDATORY_LEVELS,
  MANDATORY_SCHEMAS,
  priorityLevelOf,
} from "../../api/kinds/flowcontrol/bootstrap-flows.ts";
import type { KubeObject, ResourceType } from "../../api/resource-type.ts";
import { flowschemas, prioritylevelconfigurations } from "../../api/resources.ts";
import { semanticEqual } from "../../api/semantic-equal.ts";
import type { FlowSchema, PriorityLevelConfiguration } from "../../api/types/flowcontrol-v1.ts";
import type { Client } from "../../client/client.ts";

/** The priority levels and flow schemas of a new cluster (apiserver/pkg/apis/flowcontrol/bootstrap). */
const LEVELS: readonly PriorityLevelConfiguration[] = [
  ...MANDATORY_LEVELS,
  queuedLevel("system", 30, 33, 64, 6),
  queuedLevel("node-high", 40, 25, 64, 6),
  queuedLevel("leader-election", 10, 0, 16, 4),
  queuedLevel("workload-high", 40, 50, 128, 6),
  queuedLevel("workload-low", 100, 90, 128, 6),
  queuedLevel("global-default", 20, 50, 128, 6),
];

const EVERYBODY = groupSubjects("system:unauthenticated", "system:authenticated");
const SYSTEM_ACCOUNTS = { kind: "ServiceAccount", serviceAccount: { namespace: "kube-system", name: "*" } };
const leases = { apiGroups: ["coordination.k8s.io"], resources: ["leases"], namespaces: ["*"], clusterScope: false };

const SCHEMAS: readonly FlowSchema[] = [
  ...MANDATORY_SCHEMAS,
  flowSchemaOf("probes", "exempt", 2, undefined, {
    subjects: EVERYBODY,
    nonResourceRules: [{ verbs: ["get"], nonResourceURLs: ["/healthz", "/readyz", "/livez"] }],
  }),
  flowSchemaOf("system-leader-election", "leader-election", 100, "ByUser", {
    subjects: [...userSubjects("system:kube-controller-manager", "system:kube-scheduler"), SYSTEM_ACCOUNTS],
    resourceRules: [{ verbs: ["get", "create", "update"], ...leases }],
  }),
  flowSchemaOf("system-node-high", "node-high", 400, "ByUser", {
    subjects: groupSubjects("system:nodes"),
    resourceRules: [
      { verbs: ["*"], apiGroups: [""], resources: ["nodes", "nodes/status"], namespaces: ["*"], clusterScope: true },
      { verbs: ["*"], ...leases },
    ],
  }),
  flowSchemaOf("system-nodes", "system", 500, "ByUser", { subjects: groupSubjects("system:nodes") }),
  flowSchemaOf("kube-controller-manager", "workload-high", 800, "ByNamespace", {
    subjects: userSubjects("system:kube-controller-manager"),
  }),
  flowSchemaOf("kube-scheduler", "workload-high", 800, "ByNamespace", {
    subjects: userSubjects("system:kube-scheduler"),
  }),
  flowSchemaOf("kube-system-service-accounts", "workload-high", 900, "ByNamespace", { subjects: [SYSTEM_ACCOUNTS] }),
  flowSchemaOf("service-accounts", "workload-low", 9000, "ByUser", {
    subjects: groupSubjects("system:serviceaccounts"),
  }),
  flowSchemaOf("global-default", "global-default", 9900, "ByUser", { subjects: EVERYBODY }),
];

/** Creates what is missing, and brings what nobody claimed for himself up to date. */
export async function ensureFlowControl(client: Client): Promise<void> {
  await Promise.all([ensureAll(client, prioritylevelconfigurations, LEVELS), ensureAll(client, flowschemas, SCHEMAS)]);
}

const AUTO_UPDATE = "apf.kubernetes.io/autoupdate-spec";

async function ensureAll<T extends KubeObject & { spec?: unknown }>(
  client: Client,
  type: ResourceType<T>,
  wanted: readonly T[],
): Promise<void> {
  const resource = client.resource(type);
  const { items } = await resource.list();
  const present = new Map(items.map((object) => [object.metadata.name, object]));
  await Promise.all(
    wanted.map(async (object) => {
      const old = present.get(object.metadata.name);
      if (!old) await resource.create(object);
      else if (old.metadata.annotations?.[AUTO_UPDATE] === "true" && !semanticEqual(old.spec, object.spec)) {
        await resource.update({ ...old, spec: object.spec });
      }
    }),
  );
}

function queuedLevel(
  name: string,
  nominalConcurrencyShares: number,
  lendablePercent: number,
  queues: number,
  handSize: number,
): PriorityLevelConfiguration {
  const limitResponse = { type: "Queue", queuing: { queues, handSize, queueLengthLimit: 50 } };
  return priorityLevelOf(name, {
    type: "Limited",
    limited: { nominalConcurrencyShares, lendablePercent, limitResponse },
  });
}

function userSubjects(...names: string[]) {
  return names.map((name) => ({ kind: "User", user: { name } }));
}
