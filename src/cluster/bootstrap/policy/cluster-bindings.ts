import type { Subject } from "../../../api/types/rbac-v1.ts";

const RBAC = "rbac.authorization.k8s.io";

export const user = (name: string): Subject => ({ apiGroup: RBAC, kind: "User", name });
const group = (name: string): Subject => ({ apiGroup: RBAC, kind: "Group", name });
export const systemAccount = (name: string): Subject => ({ kind: "ServiceAccount", name, namespace: "kube-system" });

/** Who has the cluster role of the same name from the start. Controllers are not listed: each has its own. */
export const clusterBindings: Readonly<Record<string, readonly Subject[]>> = {
  "cluster-admin": [group("system:masters")],
  "system:basic-user": [group("system:authenticated")],
  "system:discovery": [group("system:authenticated")],
  "system:kube-controller-manager": [user("system:kube-controller-manager")],
  "system:kube-dns": [systemAccount("kube-dns")],
  "system:kube-scheduler": [user("system:kube-scheduler")],
  "system:monitoring": [group("system:monitoring")],
  // Nodes have what the node authorizer gives them; upstream keeps the empty binding.
  "system:node": [],
  "system:node-proxier": [user("system:kube-proxy")],
  "system:public-info-viewer": [group("system:authenticated"), group("system:unauthenticated")],
  "system:service-account-issuer-discovery": [group("system:serviceaccounts")],
  "system:volume-scheduler": [user("system:kube-scheduler")],
};
