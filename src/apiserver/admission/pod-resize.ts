import { ApiError } from "../../api/api-error.ts";
import { amounts, podRequests } from "../../api/pod-resources.ts";
import { quantityMilliValue, quantityValue, ZERO } from "../../api/quantity.ts";
import { nodes, pods } from "../../api/resources.ts";
import type { Node, Pod } from "../../api/types/core-v1.ts";
import type { ObjectReader } from "../objects/object-reader.ts";
import type { AdmissionPlugin, AdmissionRequest } from "./admission.ts";
import { isFor, refused } from "./refusal.ts";

const COUNTED = [
  ["cpu", quantityMilliValue],
  ["memory", quantityValue],
] as const;

/** A running pod may not ask for more than its node has. */
export const podResize = (reader: ObjectReader): AdmissionPlugin => ({
  name: "PodResizeValidator",
  async validate(request) {
    if (request.operation !== "UPDATE" || !isFor(request, pods, "resize")) return;
    // The resource holds pods.
    const pod = request.object as Pod;
    const name = pod.spec?.nodeName ?? "";
    if (name === "" || pod.metadata.generation === request.oldObject?.metadata.generation) return;
    const node = await reader.find(nodes, "", name);
    if (!node) throw refused(request, `node ${JSON.stringify(name)} not found`);
    checkPlatform(request, node);
    checkCapacity(request, pod, node);
  },
});

function checkPlatform(request: AdmissionRequest, { metadata }: Node): void {
  const os = metadata.labels?.["kubernetes.io/os"];
  if (os === undefined || os === "linux") return;
  const detail = `pod resize is only supported on linux nodes, node ${JSON.stringify(metadata.name)} is ${JSON.stringify(os)}`;
  throw withCause(refused(request, detail), "UnsupportedPlatform");
}

function checkCapacity(request: AdmissionRequest, pod: Pod, { status }: Node): void {
  const allocatable = amounts(status?.allocatable);
  const requests = podRequests(pod);
  const problems = COUNTED.flatMap(([name, count]) => {
    const [wanted, available] = [count(requests[name] ?? ZERO), count(allocatable[name] ?? ZERO)];
    return wanted > available ? [`${name}, requested: ${wanted}, allocatable: ${available}`] : [];
  });
  if (problems.length === 0) return;
  const detail = `node didn't have enough allocatable resources: ${problems.join("; ")}`;
  throw withCause(refused(request, detail), "NodeCapacity");
}

const withCause = ({ status }: ApiError, reason: string): ApiError =>
  new ApiError({ ...status, details: { ...status.details, causes: [{ reason }] } });
