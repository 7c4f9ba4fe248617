import type { Kind } from "../../kind.ts";
import { nodes } from "../../resources.ts";
import type { Node } from "../../types/core-v1.ts";
import { nameColumn, ageColumn, text, wide } from "../columns.ts";
import { defineKind, selectable } from "../define-kind.ts";
import { validateNode, validateNodeUpdate } from "./node-validation.ts";

export const node: Kind<Node> = defineKind<Node>({
  type: nodes,
  shortNames: ["no"],
  columns: [
    nameColumn,
    text("Status", nodeStatus),
    text("Roles", ({ metadata }) => nodeRoles(metadata.labels).join(",") || "<none>"),
    ageColumn,
    text("Version", ({ status }) => status?.nodeInfo?.kubeletVersion ?? ""),
    wide("Internal-IP", (object) => nodeAddress(object, "InternalIP")),
    wide("External-IP", (object) => nodeAddress(object, "ExternalIP")),
    wide("OS-Image", ({ status }) => status?.nodeInfo?.osImage || "<unknown>"),
    wide("Kernel-Version", kernelVersion),
    wide("Container-Runtime", ({ status }) => status?.nodeInfo?.containerRuntimeVersion || "<unknown>"),
  ],
  selectableFields: {
    ...selectable({ "spec.unschedulable": ({ spec }) => String(spec?.unschedulable ?? false) }),
    withoutNamespace: true,
  },
  defaults: nodeDefaults,
  strategy: {
    keepsStatusOnCreate: true,
    prepareCreate: dropDynamicConfig,
    prepareUpdate(draft, old) {
      if (!old.spec?.configSource) dropDynamicConfig(draft);
    },
    validate: validateNode,
    validateUpdate: validateNodeUpdate,
    warnings: nodeWarnings,
  },
  subresources: [
    {
      name: "proxy",
      kind: { group: "", version: "v1", kind: "NodeProxyOptions" },
      verbs: ["create", "delete", "get", "patch", "update"],
    },
    {
      name: "status",
      prepareUpdate: (draft, old) => dropConfigStatus(draft, old),
      validateUpdate: validateNodeUpdate,
    },
  ],
});

function nodeDefaults({ spec, status }: Node): void {
  if (status?.capacity) status.allocatable ??= { ...status.capacity };
  if (!spec) return;
  // The singular is the older field and always the first of the plural; where both are there the singular wins.
  if (spec.podCIDR) {
    if (spec.podCIDRs?.[0] !== spec.podCIDR) spec.podCIDRs = [spec.podCIDR];
  } else if (spec.podCIDRs?.[0]) spec.podCIDR = spec.podCIDRs[0];
}

/** Of a feature that is gone from Kubernetes; only what was there before may stay. */
function dropDynamicConfig({ spec, status }: Node): void {
  delete spec?.configSource;
  delete status?.config;
}

function dropConfigStatus({ status }: Node, old: Node): void {
  if (!old.status?.config) delete status?.config;
}

function nodeWarnings({ spec }: Node): string[] {
  return [
    ...(spec?.configSource ? ["spec.configSource: the feature is removed"] : []),
    ...(spec?.externalID ? ["spec.externalID: this field is deprecated, and is unused by Kubernetes"] : []),
  ];
}

function nodeStatus({ spec, status }: Node): string {
  const ready = status?.conditions?.findLast(({ type }) => type === "Ready");
  const readiness = ready === undefined ? "Unknown" : ready.status === "True" ? "Ready" : "NotReady";
  return spec?.unschedulable ? `${readiness},SchedulingDisabled` : readiness;
}

const ROLE_PREFIX = "node-role.kubernetes.io/";

function nodeRoles(labels: Readonly<Record<string, string>> = {}): string[] {
  const roles = Object.entries(labels).map(([key, value]) => {
    if (key.startsWith(ROLE_PREFIX)) return key.slice(ROLE_PREFIX.length);
    return key === "kubernetes.io/role" ? value : "";
  });
  return [...new Set(roles.filter((role) => role !== ""))].toSorted();
}

function nodeAddress({ status }: Node, wanted: string): string {
  return status?.addresses?.find(({ type }) => type === wanted)?.address ?? "<none>";
}

function kernelVersion({ status }: Node): string {
  const { kernelVersion: version, architecture } = status?.nodeInfo ?? {};
  return (version || "<unknown>") + (architecture ? ` (${architecture})` : "");
}
