import { serviceaccounts } from "../../api/resources.ts";
import type { Pod } from "../../api/types/core-v1.ts";
import { advice, type Finding, run, waiting, wrong } from "../finding.ts";
import { ageMs, latestEvent, type Snapshot } from "../snapshot.ts";
import { durationWords } from "../subject.ts";
import { missingVolumeSources } from "./references.ts";

const PATIENCE_MS = 60_000;

/** Why a pod that has a node has no containers yet: its volumes, its network. */
export function setupFindings(pod: Pod, snapshot: Snapshot): readonly Finding[] {
  const statuses = [...(pod.status?.initContainerStatuses ?? []), ...(pod.status?.containerStatuses ?? [])];
  if (pod.status?.phase !== "Pending" || statuses.some(({ state }) => state?.running ?? state?.terminated)) return [];
  const sources = missingVolumeSources(pod, snapshot);
  if (sources.length > 0) return sources;
  const trouble = latestEvent(
    snapshot,
    pod,
    "FailedMount",
    "FailedAttachVolume",
    "FailedCreatePodSandBox",
    "FailedMapVolume",
  );
  const sinceMs = ageMs(snapshot, pod.status.startTime ?? pod.metadata.creationTimestamp);
  if (!trouble) {
    if (statuses.length > 0 || sinceMs < PATIENCE_MS) return [];
    return [
      wrong("NodeSilent", `its node ${pod.spec?.nodeName} has not begun with it for ${durationWords(sinceMs)}`, {
        remedies: [run("see whether the node is well", `kube why node ${pod.spec?.nodeName}`)],
      }),
    ];
  }
  if (sinceMs < 2000) return [waiting("SettingUp", "it is being set up", { evidence: [trouble.message] })];
  const { reason = "", message = "" } = trouble;
  if (reason === "FailedCreatePodSandBox") return [sandbox(pod, message)];
  return [volume(pod, message, snapshot)];
}

function sandbox(pod: Pod, message: string): Finding {
  if (/runtimeclass/i.test(message))
    return wrong(
      "RuntimeClassMissing",
      `its RuntimeClass ${JSON.stringify(pod.spec?.runtimeClassName)} does not exist`,
      {
        evidence: [message],
        remedies: [advice("leave spec.runtimeClassName out"), run("see which there are", "kube get runtimeclasses")],
      },
    );
  return wrong("NoSandbox", "its network and namespaces cannot be made", {
    evidence: [message],
    remedies: [run("see what the cluster says in its log", "kube logs --cluster --tail=50")],
  });
}

function volume(pod: Pod, message: string, snapshot: Snapshot): Finding {
  const name = /for volume "([^"]+)"/.exec(message)?.[1];
  const subject = name === undefined ? "a volume" : `the volume ${JSON.stringify(name)}`;
  const account = /serviceaccounts? "([^"]+)" not found/.exec(message)?.[1];
  if (account !== undefined && !snapshot.find(serviceaccounts, account, pod.metadata.namespace))
    return wrong("ServiceAccountMissing", `its ServiceAccount ${JSON.stringify(account)} does not exist any more`, {
      evidence: [message],
      remedies: [run("create it", `kube create serviceaccount ${account}`, pod.metadata.namespace)],
    });
  if (/hostPath type check failed/.test(message))
    return wrong(
      "HostPathMissing",
      `${subject} is a path of the node that is not there, or not of the type asked for`,
      {
        evidence: [message],
        remedies: [advice("create it on the node, or set hostPath.type: DirectoryOrCreate")],
      },
    );
  return wrong("VolumeNotMounted", `${subject} cannot be mounted`, {
    evidence: [message],
    remedies: [run("see the claims and volumes", "kube get pvc,pv", pod.metadata.namespace)],
  });
}
