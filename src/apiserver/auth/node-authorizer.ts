import type { PolicyRule } from "../../api/types/rbac-v1.ts";
import type { Attributes, Decision, SyncAuthorizer } from "./authorizer.ts";
import { ruleAllows } from "./rbac/rule-matching.ts";
import type { UserInfo } from "./user-info.ts";

const NODES_GROUP = "system:nodes";
const NODE_USER_PREFIX = "system:node:";

const ABSTENTION: Decision = { allowed: false, reason: "" };

/**
 * Lets node agents do what `rules` say, of Nodes, CSINodes and leases only with their own. Unlike upstream's
 * (plugin/pkg/auth/authorizer/node) it does not follow which objects a node's pods refer to: an agent may read the Secrets
 * and ConfigMaps of other nodes' pods too.
 */
export function nodeAuthorizer(rules: readonly PolicyRule[]): SyncAuthorizer {
  return {
    authorize(attributes) {
      const node = nodeOf(attributes.user);
      if (node === undefined) return ABSTENTION;
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
