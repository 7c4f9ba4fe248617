import { ApiError, forbidden, internalError, invalid } from "../../../api/api-error.ts";
import { FieldErrors } from "../../../api/field-errors.ts";
import type { KubeObject } from "../../../api/resource-type.ts";
import { namespaces, pods } from "../../../api/resources.ts";
import { semanticEqual } from "../../../api/semantic-equal.ts";
import type { CronJob } from "../../../api/types/batch-v1.ts";
import type { Namespace, Pod, PodSpec, PodTemplate } from "../../../api/types/core-v1.ts";
import type { Clock } from "../../../lib/time/clock.ts";
import type { ObjectReader } from "../../objects/object-reader.ts";
import type { AdmissionPlugin, AdmissionRequest } from "../admission.ts";
import { isFor } from "../refusal.ts";
import type { CheckedPod, Violation } from "./check.ts";
import { violations, violationsText } from "./evaluate.ts";
import {
  isFullyPrivileged,
  isSamePolicy,
  isStricter,
  type LevelVersion,
  levelVersionText,
  policyOf,
} from "./policy.ts";

const MAX_CHECKED_PODS = 3000;
const MAX_CHECK_MS = 1000;

const IGNORED_SUBRESOURCES: ReadonlySet<string> = new Set([
  "exec",
  "attach",
  "binding",
  "eviction",
  "log",
  "portforward",
  "proxy",
  "status",
]);

/** Where the templates of pods are, by `group/resource`. */
const TEMPLATES: Readonly<Record<string, (object: KubeObject) => CheckedPod | undefined>> = {
  "/podtemplates": (object) => templateOf((object as PodTemplate).template),
  "/replicationcontrollers": specTemplate,
  "apps/replicasets": specTemplate,
  "apps/deployments": specTemplate,
  "apps/statefulsets": specTemplate,
  "apps/daemonsets": specTemplate,
  "batch/jobs": specTemplate,
  "batch/cronjobs": (object) => templateOf((object as CronJob).spec?.jobTemplate?.spec?.template),
};

/** The pod security standards, as namespaces ask for them by labels: pods are refused, templates of pods warned about. */
export const podSecurity = (reader: ObjectReader, clock: Clock): AdmissionPlugin => ({
  name: "PodSecurity",
  validate(request) {
    if (request.operation !== "CREATE" && request.operation !== "UPDATE") return undefined;
    const { type } = request.resource;
    if (isFor(request, namespaces)) return validateNamespace(reader, clock, request);
    if (type.resource === pods.resource && type.group === pods.group) return validatePod(reader, request);
    const template = request.subresource === "" ? TEMPLATES[`${type.group}/${type.resource}`] : undefined;
    return template && validateTemplate(reader, request, template);
  },
});

async function validatePod(reader: ObjectReader, request: AdmissionRequest): Promise<void> {
  if (IGNORED_SUBRESOURCES.has(request.subresource)) return;
  const labels = (await namespaceOf(reader, request)).metadata.labels;
  const errors = new FieldErrors();
  const policy = policyOf(labels, errors);
  if (errors.isEmpty && isFullyPrivileged(policy)) return;
  // The resource holds pods.
  const pod = request.object as Pod;
  if (!pod.spec || (request.oldObject && !isSignificant(pod, request.oldObject))) return;
  const checked = { metadata: pod.metadata, spec: pod.spec };
  request.annotate?.("pod-security.kubernetes.io/enforce-policy", levelVersionText(policy.enforce));
  noteViolations(request, checked, policy.audit);
  const found = violations(checked, policy.enforce);
  if (found.length > 0) {
    const detail = `violates PodSecurity "${levelVersionText(policy.enforce)}": ${violationsText(found)}`;
    throw forbidden(pods, request.name || (pod.metadata.name ?? ""), detail);
  }
  warn(request, checked, policy.warn);
}

async function validateTemplate(
  reader: ObjectReader,
  request: AdmissionRequest,
  template: (object: KubeObject) => CheckedPod | undefined,
): Promise<void> {
  const labels = (await reader.find(namespaces, "", request.namespace))?.metadata.labels;
  const policy = policyOf(labels);
  const isPrivileged = policy.warn.level === "privileged" && policy.audit.level === "privileged";
  const checked = isPrivileged || !request.object ? undefined : template(request.object);
  if (!checked) return;
  noteViolations(request, checked, policy.audit);
  warn(request, checked, policy.warn);
}

function warn({ warnings }: AdmissionRequest, pod: CheckedPod, level: LevelVersion): void {
  const text = violationText(pod, level);
  if (text !== undefined) warnings.push(text);
}

function noteViolations({ annotate }: AdmissionRequest, pod: CheckedPod, level: LevelVersion): void {
  const text = annotate && violationText(pod, level);
  if (text !== undefined) annotate?.("pod-security.kubernetes.io/audit-violations", text);
}

function violationText(pod: CheckedPod, level: LevelVersion): string | undefined {
  const found = violations(pod, level);
  return found.length === 0
    ? undefined
    : `would violate PodSecurity "${levelVersionText(level)}": ${violationsText(found)}`;
}

async function namespaceOf(reader: ObjectReader, { namespace }: AdmissionRequest): Promise<Namespace> {
  const found = await reader.find(namespaces, "", namespace);
  if (!found) throw internalError(`failed to lookup namespace ${JSON.stringify(namespace)}`);
  return found;
}

/** Only what runs counts: nobody is kept from changing labels of a pod that a new level would not let in. */
function isSignificant({ spec }: Pod, { spec: old }: Pod): boolean {
  const images = (list: readonly { readonly image?: string | undefined }[] = []): readonly string[] =>
    list.map(({ image }) => image ?? "");
  if (!semanticEqual(images(spec?.containers), images(old?.containers))) return true;
  if (!semanticEqual(images(spec?.initContainers), images(old?.initContainers))) return true;
  return (spec?.ephemeralContainers ?? []).some(
    ({ name, image }) => old?.ephemeralContainers?.find((each) => each.name === name)?.image !== image,
  );
}

async function validateNamespace(reader: ObjectReader, clock: Clock, request: AdmissionRequest): Promise<void> {
  // The resource holds namespaces.
  const { metadata } = request.object as Namespace;
  const errors = new FieldErrors();
  const { enforce } = policyOf(metadata.labels, errors);
  const { type } = request.resource;
  if (!request.oldObject) {
    if (!errors.isEmpty) throw invalidLabels(errors, type, metadata.name ?? "");
    return;
  }
  const oldErrors = new FieldErrors();
  const old = policyOf(request.oldObject.metadata.labels, oldErrors).enforce;
  if (!errors.isEmpty && !semanticEqual(errors.errors, oldErrors.errors)) {
    throw invalidLabels(errors, type, metadata.name ?? "");
  }
  const isNewlyStrict = !isSamePolicy(enforce, old) && enforce.level !== "privileged";
  if (!isNewlyStrict || (enforce.version === old.version && !isStricter(enforce.level, old.level))) return;
  request.warnings.push(...(await podWarnings(reader, clock, metadata.name ?? "", enforce)));
}

/** What of the pods that are there the new level would not let in. */
async function podWarnings(
  reader: ObjectReader,
  clock: Clock,
  namespace: string,
  enforce: LevelVersion,
): Promise<readonly string[]> {
  const all = differentFirst(await reader.list(pods, namespace));
  const deadline = clock.now() + MAX_CHECK_MS;
  const namesByText = new Map<string, string[]>();
  let checked = 0;
  for (const { metadata, spec } of all) {
    if (checked === MAX_CHECKED_PODS || clock.now() > deadline) break;
    checked += 1;
    const found = spec ? violations({ metadata, spec }, enforce) : [];
    if (found.length === 0) continue;
    const text = reasonsOf(found);
    namesByText.set(text, [...(namesByText.get(text) ?? []), metadata.name ?? ""]);
  }
  const lines = [...namesByText].map(([text, names]) => `${podsText(names.toSorted())}: ${text}`).toSorted();
  const level = levelVersionText(enforce);
  return [
    ...(checked < all.length
      ? [`new PodSecurity enforce level only checked against the first ${checked} of ${all.length} existing pods`]
      : []),
    ...(lines.length > 0
      ? [`existing pods in namespace "${namespace}" violate the new PodSecurity enforce level "${level}"`]
      : []),
    ...lines,
  ];
}

const reasonsOf = (found: readonly Violation[]): string => found.map(({ reason }) => reason).join(", ");

function podsText([first = "", ...others]: readonly string[]): string {
  if (others.length === 0) return first;
  return `${first} (and ${others.length} other ${others.length === 1 ? "pod" : "pods"})`;
}

/** Pods of one controller are alike: the first of each comes before the others. */
function differentFirst(all: readonly Pod[]): readonly Pod[] {
  const seen = new Set<string>();
  const [first, rest]: [Pod[], Pod[]] = [[], []];
  for (const pod of all) {
    const owner = pod.metadata.ownerReferences?.find(({ controller }) => controller)?.uid;
    if (owner !== undefined && seen.has(owner)) {
      rest.push(pod);
      continue;
    }
    if (owner !== undefined) seen.add(owner);
    first.push(pod);
  }
  return [...first, ...rest];
}

const invalidLabels = (errors: FieldErrors, type: { group: string; kind: string }, name: string): ApiError =>
  invalid(type, name, errors.errors);

function specTemplate(object: KubeObject): CheckedPod | undefined {
  return templateOf((object as { spec?: { template?: Template } }).spec?.template);
}

interface Template {
  readonly metadata?: CheckedPod["metadata"] | undefined;
  readonly spec?: PodSpec | undefined;
}

function templateOf(template: Template | undefined): CheckedPod | undefined {
  return template?.spec && { metadata: template.metadata ?? {}, spec: template.spec };
}
