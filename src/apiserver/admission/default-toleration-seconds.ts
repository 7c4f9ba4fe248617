import type { Toleration } from "../../api/types/core-v1.ts";
import type { AdmissionPlugin } from "./admission.ts";
import { admittedPod } from "./pod-admission.ts";

const TAINTS = ["node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"];
const SECONDS = 300;

/** Pods stay for five minutes on a node that is in trouble, unless they say otherwise. */
export const defaultTolerationSeconds: AdmissionPlugin = {
  name: "DefaultTolerationSeconds",
  admit(request) {
    const pod = admittedPod(request, ["CREATE", "UPDATE"]);
    if (!pod?.spec) return;
    const { tolerations = [] } = pod.spec;
    const missing = TAINTS.filter((taint) => !tolerations.some((each) => tolerates(each, taint)));
    if (missing.length > 0) pod.spec.tolerations = [...tolerations, ...missing.map(toleration)];
  },
};

const tolerates = ({ key = "", effect = "" }: Toleration, taint: string): boolean =>
  (key === taint || key === "") && (effect === "NoExecute" || effect === "");

const toleration = (key: string): Toleration => ({
  key,
  operator: "Exists",
  effect: "NoExecute",
  tolerationSeconds: SECONDS,
});
