import type { PolicyRule } from "../../api/types/rbac-v1.ts";
import type { Attributes, Decision, SyncAuthorizer } from "./authorizer.ts";
import type { NodeGraph } from "./node-graph.ts";
import { ruleAllows } from "./rbac/rule-matching.ts";
import type { UserInfo } from "./user-info.ts";

const NODES_GROUP = "system:nodes";
const NODE_USER_PREFIX = "system:node:";

const ABSTENTION: Decision = { allowed: false, reason: "" };

/**
 * Lets node agents do what `rules` say: of Nodes, CSINodes and leases only with their own, and of what pods draw from only with that
 * which pods of the node refer to (plugin/pkg/auth/authorizer/node). That lists of pods must be narrowed to the node is left out.
 */
export function nodeAuthorizer(rules: readonly PolicyRule[], graph: NodeGraph): SyncAuthorizer {
  return {
    authorize(attributes) {
      const node = nodeOf(attributes.user);
      if (node === undefined) return ABSTENTION;
      const verdict = attributes.type === "resource" ? referredVerdict(node, attributes, graph) : undefined;
      if (verdict) return verdict;
      const reason = refusal(node, attributes);
      if (reason !== undefined) return { allowed: false, reason };
      return { allowed: rules.some((rule) => ruleAllows(rule, attributes)), reason: "" };
    },
    rules(user) {
      const none = { resourceRules: [], pathRules: [] };
      if (nodeOf(user) === undefined) return { ...none, incomplete: false };
      return {
        ...none,
        incomplete: true,
        evaluationError: "node authorizer does not support user rule resolution",
      };
    },
  };
}

type ResourceAttributes = Extract<Attributes, { type: "resource" }>;

const ALLOWED: Decision = { allowed: true, reason: "" };
const refused = (reason: string): Decision => ({ allowed: false, reason });

/** About objects that pods draw from; undefined: this is none. */
function referredVerdict(node: string, attributes: ResourceAttributes, graph: NodeGraph): Decision | undefined {
  const { group, resource, subresource, verb, namespace, name } = attributes;
  switch (`${group}/${resource}`) {
    case "/secrets":
    case "/configmaps":
      return readVerdict(node, attributes, resource === "secrets" ? "secrets" : "configmaps", graph);
    case "/persistentvolumeclaims":
      if (subresource === "status") {
        if (verb !== "update" && verb !== "patch") return refused("can only get/update/patch this type");
        return related(node, graph.isReferred(node, "persistentvolumeclaims", namespace, name));
      }
      return getVerdict(node, attributes, () => graph.isReferred(node, "persistentvolumeclaims", namespace, name));
    case "/persistentvolumes":
      return getVerdict(node, attributes, () => graph.isVolumeClaimed(node, name));
    case "resource.k8s.io/resourceclaims":
      return getVerdict(node, attributes, () => graph.isReferred(node, "resourceclaims", namespace, name));
    case "/serviceaccounts":
      if (verb === "get" && subresource === "") return readVerdict(node, attributes, "serviceaccounts", graph);
      if (verb !== "create" || name === "") return refused("can only create tokens for individual service accounts");
      if (subresource !== "token") return refused("can only create token subresource of serviceaccount");
      return related(node, graph.isReferred(node, "serviceaccounts", namespace, name));
    default:
      return undefined;
  }
}

function readVerdict(
  node: string,
  { verb, subresource, namespace, name }: ResourceAttributes,
  referent: "secrets" | "configmaps" | "serviceaccounts",
  graph: NodeGraph,
): Decision {
  if (verb !== "get" && verb !== "list" && verb !== "watch") return refused("can only read resources of this type");
  if (subresource !== "") return refused("cannot read subresource");
  if (namespace === "") return refused("can only read namespaced object of this type");
  if (name === "") return refused("No Object name found");
  return related(node, graph.isReferred(node, referent, namespace, name));
}

function getVerdict(node: string, { verb, subresource, name }: ResourceAttributes, isRelated: () => boolean): Decision {
  if (verb !== "get") return refused("can only get individual resources of this type");
  if (subresource !== "") return refused("cannot get subresource");
  if (name === "") return refused("No Object name found");
  return related(node, isRelated());
}

const related = (node: string, isRelated: boolean): Decision =>
  isRelated ? ALLOWED : refused(`no relationship found between node '${node}' and this object`);

/** The name of the node whose agent a user is; undefined for everybody else. */
export function nodeOf({ name, groups }: UserInfo): string | undefined {
  if (!name.startsWith(NODE_USER_PREFIX) || !groups.includes(NODES_GROUP)) return undefined;
  return name.slice(NODE_USER_PREFIX.length);
}

/** Why a node has no business with an object that is not its own. Creations do not tell the name of the object. */
function refusal(node: string, attributes: Attributes): string | undefined {
  if (attributes.type === "path") return undefined;
  const { group, resource, subresource, namespace, name, verb } = attributes;
  const isOwn = name === node || verb === "create";
  switch (`${group}/${resource}`) {
    case "/nodes":
      if (isOwn || subresource !== "") return undefined;
      return name === ""
        ? `node '${node}' cannot read all nodes, only its own Node object`
        : `node '${node}' cannot read '${name}', only its own Node object`;
    case "coordination.k8s.io/leases":
      if (namespace !== "kube-node-lease") return 'can only access leases in the "kube-node-lease" system namespace';
      return isOwn ? undefined : "can only access node lease with the same name as the requesting node";
    case "storage.k8s.io/csinodes":
      return isOwn ? undefined : "can only access CSINode with the same name as the requesting node";
    default:
      return undefined;
  }
}
