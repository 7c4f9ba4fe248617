import { namespaceSubject } from "./cluster/namespace.ts";
import { nodeSubject } from "./cluster/node.ts";
import { ingressSubject } from "./network/ingress.ts";
import { serviceSubject } from "./network/service.ts";
import { podSubject } from "./pods/pod.ts";
import { claimSubject } from "./storage/claim.ts";
import { volumeSubject } from "./storage/volume.ts";
import type { Subject } from "./subject.ts";
import { autoscalerSubject } from "./workloads/autoscaler.ts";
import { daemonSetSubject } from "./workloads/daemon-set.ts";
import { deploymentSubject } from "./workloads/deployment.ts";
import { cronJobSubject, jobSubject } from "./workloads/job.ts";
import { replicaSetSubject, replicationControllerSubject } from "./workloads/replicas.ts";
import { statefulSetSubject } from "./workloads/stateful-set.ts";

/** Every kind that is explained, in the order in which all that is wrong is told. */
export const subjects: readonly Subject[] = [
  nodeSubject,
  namespaceSubject,
  deploymentSubject,
  statefulSetSubject,
  daemonSetSubject,
  cronJobSubject,
  jobSubject,
  replicaSetSubject,
  replicationControllerSubject,
  podSubject,
  autoscalerSubject,
  ingressSubject,
  serviceSubject,
  claimSubject,
  volumeSubject,
];
