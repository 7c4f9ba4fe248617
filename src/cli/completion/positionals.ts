/** What the arguments of a command are: decides what is offered for them. */
export type Positional =
  /** `TYPE NAME...` or `TYPE/NAME...`; of certain types only, where they are named. */
  | { readonly form: "types-and-names"; readonly types?: readonly string[] }
  /** Names of one type; only the first argument unless they repeat. */
  | { readonly form: "names"; readonly type: string; readonly repeats?: boolean }
  /** A pod, or what has pods; then perhaps a container of it. */
  | { readonly form: "pod"; readonly thenContainer?: boolean }
  | { readonly form: "type" }
  | { readonly form: "pod-path" }
  | { readonly form: "kubeconfig"; readonly section: "contexts" | "clusters" | "users" }
  | { readonly form: "words"; readonly words: readonly string[] };

const WORKLOADS = ["deployments.apps", "replicasets.apps", "replicationcontrollers", "statefulsets.apps"];
const ROLLED_OUT = {
  form: "types-and-names",
  types: ["deployments.apps", "daemonsets.apps", "statefulsets.apps"],
} as const;
const ANYTHING: Positional = { form: "types-and-names" };
const NODES: Positional = { form: "names", type: "nodes", repeats: true };

/** By the path of the command; what is not here takes files, or nothing. */
export const POSITIONALS: Readonly<Record<string, Positional>> = {
  annotate: ANYTHING,
  "apply edit-last-applied": ANYTHING,
  "apply view-last-applied": ANYTHING,
  attach: { form: "pod" },
  autoscale: { form: "types-and-names", types: WORKLOADS },
  "certificate approve": { form: "names", type: "certificatesigningrequests", repeats: true },
  "certificate deny": { form: "names", type: "certificatesigningrequests", repeats: true },
  completion: { form: "words", words: ["bash", "zsh", "fish", "powershell"] },
  "config delete-cluster": { form: "kubeconfig", section: "clusters" },
  "config delete-context": { form: "kubeconfig", section: "contexts" },
  "config delete-user": { form: "kubeconfig", section: "users" },
  "config get-contexts": { form: "kubeconfig", section: "contexts" },
  "config rename-context": { form: "kubeconfig", section: "contexts" },
  "config set-cluster": { form: "kubeconfig", section: "clusters" },
  "config set-context": { form: "kubeconfig", section: "contexts" },
  "config set-credentials": { form: "kubeconfig", section: "users" },
  "config use-context": { form: "kubeconfig", section: "contexts" },
  cordon: NODES,
  cp: { form: "pod-path" },
  debug: { form: "pod" },
  delete: ANYTHING,
  describe: ANYTHING,
  drain: NODES,
  edit: ANYTHING,
  exec: { form: "pod" },
  explain: { form: "type" },
  expose: {
    form: "types-and-names",
    types: ["pods", "services", "deployments.apps", "replicasets.apps", "replicationcontrollers"],
  },
  get: ANYTHING,
  label: ANYTHING,
  logs: { form: "pod", thenContainer: true },
  patch: ANYTHING,
  "port-forward": { form: "pod" },
  "rollout history": ROLLED_OUT,
  "rollout pause": { form: "types-and-names", types: ["deployments.apps"] },
  "rollout restart": ROLLED_OUT,
  "rollout resume": { form: "types-and-names", types: ["deployments.apps"] },
  "rollout status": ROLLED_OUT,
  "rollout undo": ROLLED_OUT,
  scale: { form: "types-and-names", types: WORKLOADS },
  "set env": ANYTHING,
  "set image": ANYTHING,
  "set resources": ANYTHING,
  "set selector": { form: "types-and-names", types: ["services"] },
  "set serviceaccount": ANYTHING,
  "set subject": { form: "types-and-names", types: ["rolebindings", "clusterrolebindings"] },
  taint: { form: "types-and-names", types: ["nodes"] },
  "top node": { form: "names", type: "nodes" },
  "top pod": { form: "names", type: "pods" },
  uncordon: NODES,
  wait: ANYTHING,
};
