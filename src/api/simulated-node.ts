import { kubernetesVersion } from "../lib/version.ts";
import type { Node } from "./types/core-v1.ts";

/*
 * Nodes that only pretend to run pods, by the thousand beside real ones. A Node with this label is one, whoever made it: nothing else has to
 * be known of it.
 */

export const SIMULATED_LABEL = "kube.local/simulated";
/** On such a node: it is switched off. */
const STOPPED_ANNOTATION = "kube.local/stopped";

export const isSimulated = ({ metadata }: Readonly<Node>): boolean => metadata.labels?.[SIMULATED_LABEL] === "true";

export const isSwitchedOff = ({ metadata }: Readonly<Node>): boolean =>
  metadata.annotations?.[STOPPED_ANNOTATION] === "true";

export function withSwitch(node: Readonly<Node>, isOn: boolean): Node {
  const { [STOPPED_ANNOTATION]: _before, ...annotations } = node.metadata.annotations ?? {};
  const wanted = isOn ? annotations : { ...annotations, [STOPPED_ANNOTATION]: "true" };
  return { ...node, metadata: { ...node.metadata, annotations: wanted } };
}

const RESOURCES = { cpu: "32", memory: "256Gi", "ephemeral-storage": "1Ti", pods: "110" };

/** A node as large as those of big clusters. Only pods that tolerate its taint are put there: others want to run. */
export const simulatedNode = (name: string): Node => ({
  apiVersion: "v1",
  kind: "Node",
  metadata: {
    name,
    labels: {
      [SIMULATED_LABEL]: "true",
      "kubernetes.io/arch": "amd64",
      "kubernetes.io/hostname": name,
      "kubernetes.io/os": "linux",
    },
  },
  spec: { taints: [{ key: SIMULATED_LABEL, value: "true", effect: "NoSchedule" }] },
  status: {
    capacity: RESOURCES,
    allocatable: RESOURCES,
    addresses: [{ type: "Hostname", address: name }],
    nodeInfo: {
      architecture: "amd64",
      bootID: "",
      containerRuntimeVersion: "simulated://1.0.0",
      kernelVersion: "",
      kubeProxyVersion: "",
      kubeletVersion: kubernetesVersion.gitVersion,
      machineID: name,
      operatingSystem: "linux",
      osImage: "Simulated",
      systemUUID: name,
    },
  },
});
