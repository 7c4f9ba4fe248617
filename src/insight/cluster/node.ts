import { leases, nodes } from "../../api/resources.ts";
import type { Node } from "../../api/types/core-v1.ts";
import { advice, type Finding, note, type Remedy, run, wrong } from "../finding.ts";
import { ageMs, type Snapshot } from "../snapshot.ts";
import { durationWords, listed, subject, taintText } from "../subject.ts";

export const nodeSubject = subject<Node>({
  type: nodes,
  state: (node) => `${isNodeReady(node) ? "Ready" : "NotReady"}${node.spec?.unschedulable ? ", cordoned" : ""}`,
  findings: (node, snapshot) => [...readiness(node, snapshot), ...pressure(node), ...refusing(node)],
});

const readyCondition = ({ status }: Node) => status?.conditions?.find(({ type }) => type === "Ready");

export const isNodeReady = (node: Node): boolean => readyCondition(node)?.status === "True";

function readiness(node: Node, snapshot: Snapshot): readonly Finding[] {
  const { metadata } = node;
  const ready = readyCondition(node);
  if (ready?.status === "True") return [];
  const lease = snapshot.find(leases, metadata.name ?? "", "kube-node-lease");
  const renewed = lease?.spec?.renewTime;
  if (!ready || ready.status === "Unknown")
    return [
      wrong(
        "NodeSilent",
        `its kubelet does not answer: nothing was heard of it${renewed === undefined ? "" : ` for ${durationWords(ageMs(snapshot, renewed))}`}`,
        {
          evidence: [ready?.message],
          remedies: [
            run("see whether it is switched off", "kube node list"),
            run("if it is, switch it on", `kube node start ${metadata.name}`),
            run("if it never comes back, remove it", `kube delete node ${metadata.name}`),
          ],
        },
      ),
    ];
  return [
    wrong("NodeNotReady", `its kubelet says that it is not ready${ready.reason ? ` (${ready.reason})` : ""}`, {
      evidence: [ready.message],
      remedies: [run("see what the cluster says in its log", "kube logs --cluster --tail=50")],
    }),
  ];
}

const PRESSURES: Readonly<Record<string, { readonly problem: string; readonly remedy: Remedy }>> = {
  MemoryPressure: {
    problem: "it is short of memory: pods are evicted from it, and new ones stay away",
    remedy: run("see who uses it", "kube top pods -A --sort-by=memory"),
  },
  DiskPressure: {
    problem: "its disk is nearly full: pods are evicted from it, and new ones stay away",
    remedy: run("make room", "docker system prune"),
  },
  PIDPressure: {
    problem: "it runs out of process ids: pods are evicted from it, and new ones stay away",
    remedy: advice("end what starts so many processes"),
  },
  NetworkUnavailable: { problem: "its network is not set up", remedy: advice("see whether the network plugin runs") },
};

function pressure({ status }: Node): readonly Finding[] {
  return (status?.conditions ?? []).flatMap(({ type, status: is, message }) => {
    const known = is === "True" ? PRESSURES[type] : undefined;
    return known ? [wrong(type, known.problem, { evidence: [message], remedies: [known.remedy] })] : [];
  });
}

function refusing({ metadata, spec }: Node): readonly Finding[] {
  const taints = (spec?.taints ?? []).filter(
    ({ key, effect }) => effect !== "PreferNoSchedule" && !key.startsWith("node.kubernetes.io/"),
  );
  return [
    ...(spec?.unschedulable
      ? [
          note("Cordoned", "it is cordoned: it takes no new pods", {
            remedies: [run("let it take pods again", `kube uncordon ${metadata.name}`)],
          }),
        ]
      : []),
    ...(taints.length > 0
      ? [note("Tainted", `it takes only pods that tolerate ${listed(taints.map(taintText))}`)]
      : []),
  ];
}
