import { forbidden } from "../../api/api-error.ts";
import { priorityclasses } from "../../api/resources.ts";
import type { Pod } from "../../api/types/core-v1.ts";
import type { PriorityClass } from "../../api/types/scheduling-v1.ts";
import type { ObjectReader } from "../objects/object-reader.ts";
import type { AdmissionPlugin, AdmissionRequest } from "./admission.ts";
import { admittedPod, forbiddenPod } from "./pod-admission.ts";

/** Writes into a pod what its priority class means, and keeps the default class a single one. */
export const priority = (reader: ObjectReader): AdmissionPlugin => ({
  name: "Priority",
  async admit(request) {
    const pod = admittedPod(request, ["CREATE"]);
    if (pod?.spec) await setPriority(reader, pod);
  },
  async validate(request) {
    const created = defaultClass(request);
    if (!created) return;
    const others = await reader.list(priorityclasses);
    const other = others.find(
      ({ metadata, globalDefault }) => globalDefault && metadata.name !== created.metadata.name,
    );
    if (other) {
      const detail = `PriorityClass ${other.metadata.name} is already marked as default. Only one default can exist`;
      throw forbidden(priorityclasses, created.metadata.name ?? "", detail);
    }
  },
});

async function setPriority(reader: ObjectReader, pod: Pod): Promise<void> {
  const { spec } = pod;
  if (!spec) return;
  const chosen = spec.priorityClassName
    ? await namedClass(reader, pod, spec.priorityClassName)
    : (await reader.list(priorityclasses)).find(({ globalDefault }) => globalDefault);
  const value = chosen?.value ?? 0;
  const preemptionPolicy = chosen?.preemptionPolicy ?? "PreemptLowerPriority";
  if (spec.priority !== undefined && spec.priority !== value) {
    throw forbiddenPod(
      pod,
      `the integer value of priority (${spec.priority}) must not be provided in pod spec; priority admission controller computed ${value} from the given PriorityClass name`,
    );
  }
  if (spec.preemptionPolicy !== undefined && spec.preemptionPolicy !== preemptionPolicy) {
    throw forbiddenPod(
      pod,
      `the string value of PreemptionPolicy (${spec.preemptionPolicy}) must not be provided in pod spec; priority admission controller computed ${preemptionPolicy} from the given PriorityClass name`,
    );
  }
  if (chosen?.metadata.name) spec.priorityClassName = chosen.metadata.name;
  Object.assign(spec, { priority: value, preemptionPolicy });
}

async function namedClass(reader: ObjectReader, pod: Pod, name: string): Promise<PriorityClass> {
  const found = await reader.find(priorityclasses, "", name);
  if (!found) throw forbiddenPod(pod, `no PriorityClass with name ${name} was found`);
  return found;
}

/** The class that a request makes the default. */
function defaultClass({ resource, operation, object }: AdmissionRequest): PriorityClass | undefined {
  const { group, resource: name } = resource.type;
  if (group !== priorityclasses.group || name !== priorityclasses.resource || operation === "DELETE") return undefined;
  // The resource holds priority classes.
  const written: PriorityClass | undefined = object;
  return written?.globalDefault ? written : undefined;
}
