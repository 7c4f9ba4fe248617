interface NamespacedRole {
  readonly namespace: string;
  readonly name: string;
  readonly rules: readonly string[];
}

interface NamespacedBinding {
  readonly namespace: string;
  readonly name: string;
  /** Unless it is the binding's name. */
  readonly role?: string;
  readonly users?: readonly string[];
  /** All of kube-system. */
  readonly serviceAccounts?: readonly string[];
}

const LEADER_LOCKING = [
  "create,get,list,update,watch coordination.k8s.io leases",
  "create,get,list,update,watch coordination.k8s.io leasecandidates",
];
const EVENTS = "create,patch,update core,events.k8s.io events";

/** What upstream has in plugin/pkg/auth/authorizer/rbac/bootstrappolicy/namespace_policy.go. Lines as `policyRule` reads them. */
export const namespacedRoles: readonly NamespacedRole[] = [
  {
    namespace: "kube-system",
    name: "extension-apiserver-authentication-reader",
    rules: ["get,list,watch core configmaps extension-apiserver-authentication"],
  },
  {
    namespace: "kube-system",
    name: "system:controller:bootstrap-signer",
    rules: ["get,list,watch core secrets"],
  },
  {
    namespace: "kube-system",
    name: "system:controller:cloud-provider",
    rules: ["create,get,list,watch core configmaps"],
  },
  {
    namespace: "kube-system",
    name: "system:controller:token-cleaner",
    rules: ["delete,get,list,watch core secrets", EVENTS],
  },
  { namespace: "kube-system", name: "system::leader-locking-kube-controller-manager", rules: LEADER_LOCKING },
  { namespace: "kube-system", name: "system::leader-locking-kube-scheduler", rules: LEADER_LOCKING },
  {
    namespace: "kube-public",
    name: "system:controller:bootstrap-signer",
    rules: ["get,list,watch core configmaps", "update core configmaps cluster-info", EVENTS],
  },
];

export const namespacedBindings: readonly NamespacedBinding[] = [
  {
    namespace: "kube-system",
    name: "system::extension-apiserver-authentication-reader",
    role: "extension-apiserver-authentication-reader",
    users: ["system:kube-controller-manager", "system:kube-scheduler"],
  },
  {
    namespace: "kube-system",
    name: "system::leader-locking-kube-controller-manager",
    users: ["system:kube-controller-manager"],
    serviceAccounts: ["kube-controller-manager", "leader-election-controller"],
  },
  {
    namespace: "kube-system",
    name: "system::leader-locking-kube-scheduler",
    users: ["system:kube-scheduler"],
    serviceAccounts: ["kube-scheduler"],
  },
  { namespace: "kube-system", name: "system:controller:bootstrap-signer", serviceAccounts: ["bootstrap-signer"] },
  { namespace: "kube-system", name: "system:controller:cloud-provider", serviceAccounts: ["cloud-provider"] },
  { namespace: "kube-system", name: "system:controller:token-cleaner", serviceAccounts: ["token-cleaner"] },
  { namespace: "kube-public", name: "system:controller:bootstrap-signer", serviceAccounts: ["bootstrap-signer"] },
];
