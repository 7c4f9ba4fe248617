/** Labels that an agent may put on its own Node (k8s.io/kubelet/pkg/apis). */
const AGENT_LABELS: ReadonlySet<string> = new Set([
  ...["hostname", "os", "arch"].map((name) => `kubernetes.io/${name}`),
  ...["os", "arch", "instance-type"].map((name) => `beta.kubernetes.io/${name}`),
  ..."failure-domain.beta.kubernetes.io/zone failure-domain.beta.kubernetes.io/region".split(" "),
  ..."topology.kubernetes.io/zone topology.kubernetes.io/region node.kubernetes.io/instance-type".split(" "),
]);
const AGENT_LABEL_DOMAINS = ["kubelet.kubernetes.io", "node.kubernetes.io"];
const RESTRICTED_DOMAIN = "node-restriction.kubernetes.io";

type Labels = Readonly<Record<string, string>>;

/** What an agent changed of the labels of its node and must not, sorted. */
export function forbiddenNodeLabels(labels: Labels = {}, old: Labels = {}): readonly string[] {
  const changed = [...new Set([...Object.keys(labels), ...Object.keys(old)])].filter((key) => labels[key] !== old[key]);
  return changed.filter((key) => isRestricted(key) || (isOfKubernetes(key) && !isForAgents(key))).toSorted();
}

const domainOf = (key: string): string => (key.includes("/") ? (key.split("/")[0] ?? "") : "");
const isWithin = (domain: string, parent: string): boolean => domain === parent || domain.endsWith(`.${parent}`);

const isRestricted = (key: string): boolean => isWithin(domainOf(key), RESTRICTED_DOMAIN);

const isOfKubernetes = (key: string): boolean =>
  isWithin(domainOf(key), "kubernetes.io") || isWithin(domainOf(key), "k8s.io");

const isForAgents = (key: string): boolean =>
  AGENT_LABELS.has(key) || AGENT_LABEL_DOMAINS.some((domain) => isWithin(domainOf(key), domain));
