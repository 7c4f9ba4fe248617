import { daemonsets, nodes } from "../../api/resources.ts";
import type { DaemonSet } from "../../api/types/apps-v1.ts";
import { type Finding, run, waiting, wrong } from "../finding.ts";
import { unmetLabels } from "../pods/placement-obstacles.ts";
import { type Snapshot } from "../snapshot.ts";
import { subject } from "../subject.ts";
import { refusalFindings } from "./creation-refusals.ts";
import { observedFinding } from "./replicas.ts";

export const daemonSetSubject = subject<DaemonSet>({
  type: daemonsets,
  state: ({ status }) => `${status?.numberReady ?? 0} of ${status?.desiredNumberScheduled ?? 0} nodes run it`,
  findings: (set, snapshot) => [
    ...observedFinding(set),
    ...nowhere(set, snapshot),
    ...refusalFindings(set, snapshot),
    ...((set.status?.numberReady ?? 0) < (set.status?.desiredNumberScheduled ?? 0)
      ? [waiting("NotReadyYet", "it is not ready on every node yet")]
      : []),
  ],
});

function nowhere({ metadata, spec, status }: DaemonSet, snapshot: Snapshot): readonly Finding[] {
  if (!status || status.desiredNumberScheduled > 0 || (status.observedGeneration ?? 0) < (metadata.generation ?? 0))
    return [];
  const [first] = unmetLabels(spec?.template.spec?.nodeSelector, snapshot);
  const why = first
    ? `no node has the label ${first[0]}=${first[1]} of its nodeSelector`
    : "no node fits its selector, affinity and tolerations";
  const node = snapshot.list(nodes)[0]?.metadata.name;
  return [
    wrong("NoNodeWanted", `it runs nowhere: ${why}`, {
      remedies: [
        ...(first && node !== undefined
          ? [run("give a node the label", `kube label node ${node} ${first[0]}=${first[1]}`)]
          : []),
        run("see the labels and taints of the nodes", "kube describe nodes"),
      ],
    }),
  ];
}
