import { isPodFinished } from "../../api/pod-readiness.ts";
import { podRequests } from "../../api/pod-resources.ts";
import {
  parseQuantity,
  addQuantities,
  compareQuantities,
  formatQuantity,
  subtractQuantities,
  type Amount,
  ZERO,
} from "../../api/quantity.ts";
import { nodes, pods } from "../../api/resources.ts";
import { tolerates } from "../../api/tolerations.ts";
import type { Pod } from "../../api/types/core-v1.ts";
import { advice, type Remedy, run } from "../finding.ts";
import type { Snapshot } from "../snapshot.ts";
import { listed, taintText } from "../subject.ts";

/** Why some nodes do not take a pod, of the scheduler's own words. */
export interface PlacementObstacle {
  readonly code: string;
  readonly nodes: number;
  /** What is the matter with these nodes, as a sentence. */
  readonly problem: string;
  readonly evidence: readonly string[];
  readonly remedies: readonly Remedy[];
}

type Explanation = Omit<PlacementObstacle, "nodes">;

export function placementObstacle(reason: string, nodeCount: number, pod: Pod, snapshot: Snapshot): PlacementObstacle {
  return { ...explained(reason, pod, snapshot), nodes: nodeCount };
}

function explained(reason: string, pod: Pod, snapshot: Snapshot): Explanation {
  const resource = /^Insufficient (\S+)/.exec(reason)?.[1];
  if (resource !== undefined) return insufficient(resource, pod, snapshot);
  const known = REASONS.find(([pattern]) => pattern.test(reason));
  return known ? known[1](pod, snapshot, reason) : plain("Unschedulable", reason, []);
}

const REASONS: readonly (readonly [RegExp, (pod: Pod, snapshot: Snapshot, reason: string) => Explanation])[] = [
  [/untolerated taint/, untolerated],
  [/were unschedulable/, (_pod, snapshot) => cordoned(snapshot)],
  [/node affinity\/selector/, unselected],
  [
    /^Too many pods/,
    () =>
      plain("TooManyPods", "as many pods run there as may", [
        run("see which pods there are", "kube get pods -A -o wide"),
        run("or add a node", "kube node add"),
      ]),
  ],
  [/free ports/, (pod) => portsTaken(pod)],
  [
    /didn't match pod affinity/,
    () =>
      plain("AffinityUnmet", "no pod is there that its podAffinity wants to be near", [
        advice(
          "start the pods it wants to be near first, mend the labels, or make the rule preferred instead of required",
        ),
      ]),
  ],
  [
    /anti-affinity/,
    () =>
      plain("AntiAffinityUnmet", "a pod is there that podAntiAffinity keeps apart from it", [
        advice("add a node, run fewer replicas, or make the rule preferred instead of required"),
      ]),
  ],
  [
    /topology spread/,
    () =>
      plain("SpreadUnmet", "its topologySpreadConstraints would be broken, or the label they go by is missing", [
        advice("give nodes the label of topologyKey, raise maxSkew, or set whenUnsatisfiable: ScheduleAnyway"),
      ]),
  ],
  [
    /PersistentVolume's node affinity|volume node affinity/,
    () =>
      plain("VolumeElsewhere", "its volume lies on another node", [
        run(
          "see where the volumes are",
          "kube get pv -o custom-columns=NAME:.metadata.name,CLAIM:.spec.claimRef.name,NODE:.spec.nodeAffinity",
        ),
      ]),
  ],
  [
    /available persistent volumes|enough free storage/,
    () =>
      plain("NoVolume", "no volume fits its claims", [
        run("see what claims and volumes there are", "kube get pvc,pv -A"),
      ]),
  ],
  [
    /non-existent pv/,
    () =>
      plain("VolumeGone", "the volume its claim is bound to does not exist any more", [
        advice("the data is gone with the volume: delete the claim and create it anew"),
      ]),
  ],
  [
    /ReadWriteOncePod/,
    () =>
      plain("VolumeInUse", "another pod has its volume for itself (ReadWriteOncePod)", [
        advice("end the pod that has it"),
      ]),
  ],
  [/max volume count/, () => plain("TooManyVolumes", "as many volumes are attached as may", [advice("add a node")])],
];

const plain = (code: string, problem: string, remedies: readonly Remedy[]): Explanation => ({
  code,
  problem,
  evidence: [],
  remedies,
});

function insufficient(resource: string, pod: Pod, snapshot: Snapshot): Explanation {
  const wanted = podRequests(pod)[resource] ?? ZERO;
  const used = usedByNode(resource, snapshot);
  const rooms = snapshot.list(nodes).map((node) => {
    const all = parseQuantity(node.status?.allocatable?.[resource] ?? "0");
    return { node, all, free: subtractQuantities(all, used.get(node.metadata.name ?? "") ?? ZERO) };
  });
  const most = rooms.toSorted((left, right) => compareQuantities(right.free, left.free))[0];
  const fitsNowhere = rooms.length > 0 && rooms.every(({ all }) => compareQuantities(all, wanted) < 0);
  return {
    code: "InsufficientResources",
    problem: `not enough ${resource} is free, it asks for ${formatQuantity(wanted)}`,
    evidence: most
      ? [
          `Node ${most.node.metadata.name} has the most free: ${formatQuantity(most.free)} of ${most.node.status?.allocatable?.[resource] ?? "0"}`,
        ]
      : [],
    remedies: [
      fitsNowhere
        ? advice("ask for less (resources.requests of its containers): no node is that large")
        : advice("ask for less (resources.requests of its containers), end other pods, or add a node"),
      run("see what the nodes have given away", "kube describe nodes"),
    ],
  };
}

function usedByNode(resource: string, snapshot: Snapshot): ReadonlyMap<string, Amount> {
  const used = new Map<string, Amount>();
  for (const pod of snapshot.list(pods)) {
    const node = pod.spec?.nodeName;
    if (!node || isPodFinished(pod)) continue;
    used.set(node, addQuantities(used.get(node) ?? ZERO, podRequests(pod)[resource] ?? ZERO));
  }
  return used;
}

/** The taints that node conditions make: who mends the node is rid of them. */
const CONDITION_TAINTS =
  /^node\.kubernetes\.io\/(not-ready|unreachable|(memory|disk|pid)-pressure|network-unavailable)$/;

function untolerated(pod: Pod, snapshot: Snapshot): Explanation {
  const taints = snapshot.list(nodes).flatMap(({ metadata, spec }) =>
    (spec?.taints ?? [])
      .filter(({ effect }) => effect === "NoSchedule" || effect === "NoExecute")
      .filter((taint) => !pod.spec?.tolerations?.some((toleration) => tolerates(toleration, taint)))
      .map((taint) => ({ node: metadata.name ?? "", ...taint })),
  );
  const first = taints[0];
  const isTrouble = first !== undefined && CONDITION_TAINTS.test(first.key);
  return {
    code: isTrouble ? "NodesNotReady" : "UntoleratedTaint",
    problem: isTrouble ? "the node is not in order itself" : "a taint keeps away what does not tolerate it",
    evidence: taints.slice(0, 5).map(({ node, ...taint }) => `node ${node}: ${taintText(taint)}`),
    remedies: first
      ? [
          isTrouble
            ? run("see what is wrong with it", `kube why node ${first.node}`)
            : advice("add a toleration for it to the pod (spec.tolerations)"),
          ...(isTrouble
            ? []
            : [run("or take the taint away", `kube taint node ${first.node} ${first.key}:${first.effect}-`)]),
        ]
      : [],
  };
}

function cordoned(snapshot: Snapshot): Explanation {
  const names = snapshot
    .list(nodes)
    .filter(({ spec }) => spec?.unschedulable)
    .map(({ metadata }) => metadata.name ?? "");
  return {
    code: "NodesCordoned",
    problem: "it is cordoned and takes no new pods",
    evidence: names.length > 0 ? [`Cordoned: ${listed(names, 5)}`] : [],
    remedies: names[0] === undefined ? [] : [run("let it take pods again", `kube uncordon ${names[0]}`)],
  };
}

function unselected({ spec }: Pod, snapshot: Snapshot): Explanation {
  const wanted = Object.entries(spec?.nodeSelector ?? {});
  const all = snapshot.list(nodes);
  const unmet = unmetLabels(spec?.nodeSelector, snapshot);
  const evidence = unmet.map(([key, value]) => {
    const values = [...new Set(all.flatMap(({ metadata }) => metadata.labels?.[key] ?? []))];
    return `No node has the label ${key}=${value}${values.length === 0 ? "" : `; with that key there is ${values.join(", ")}`}`;
  });
  const [first] = unmet.length > 0 ? unmet : wanted;
  const node = all[0]?.metadata.name ?? "NODE";
  return {
    code: "NodeSelectorUnmet",
    problem:
      wanted.length > 0
        ? "the labels that spec.nodeSelector asks for are missing"
        : "spec.affinity.nodeAffinity does not fit",
    evidence,
    remedies: [
      ...(first ? [run("give a node the label", `kube label node ${node} ${first[0]}=${first[1]}`)] : []),
      run("see the labels of the nodes", "kube get nodes --show-labels"),
    ],
  };
}

/** The labels of a nodeSelector that no node has. */
export function unmetLabels(
  nodeSelector: Readonly<Record<string, string>> | undefined,
  snapshot: Snapshot,
): readonly (readonly [key: string, value: string])[] {
  if (!snapshot.knows(nodes)) return [];
  const all = snapshot.list(nodes);
  return Object.entries(nodeSelector ?? {}).filter(
    ([key, value]) => !all.some(({ metadata }) => metadata.labels?.[key] === value),
  );
}

function portsTaken({ spec }: Pod): Explanation {
  const ports = (spec?.containers ?? []).flatMap(({ ports: all = [] }) =>
    all.flatMap(({ hostPort }) => hostPort ?? []),
  );
  return plain("HostPortTaken", `another pod has host port ${ports.join(", ")}`, [
    advice("leave hostPort out and use a Service, or choose another port"),
  ]);
}
