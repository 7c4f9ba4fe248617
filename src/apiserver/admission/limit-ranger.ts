import {
  type Amounts,
  amounts,
  containerLimits,
  containerRequests,
  isPodLevelResource,
} from "../../api/pod-resources.ts";
import { type Amount, formatQuantity, quantityMilliValue, quantityValue, ZERO } from "../../api/quantity.ts";
import { limitranges, persistentvolumeclaims, pods } from "../../api/resources.ts";
import type {
  Container,
  LimitRange,
  LimitRangeItem,
  PersistentVolumeClaim,
  Pod,
  PodSpec,
  ResourceRequirements,
} from "../../api/types/core-v1.ts";
import type { Quantity } from "../../api/types/meta-v1.ts";
import type { ObjectReader } from "../objects/object-reader.ts";
import type { AdmissionPlugin, AdmissionRequest } from "./admission.ts";
import { isFor, refused } from "./refusal.ts";

const ANNOTATION = "kubernetes.io/limit-ranger";
/** Beyond this, amounts are compared in whole units. */
const MAX_MILLI_VALUE = (2n ** 63n - 1n) / 1000n;

/** Gives containers what a LimitRange of their namespace says, and keeps pods and claims within it. */
export const limitRanger = (reader: ObjectReader): AdmissionPlugin => ({
  name: "LimitRanger",
  async admit(request) {
    const pod = limitedPod(request);
    if (!pod?.spec) return;
    for (const range of await reader.list(limitranges, request.namespace)) setDefaults(pod, range);
  },
  async validate(request) {
    const problemsOf = checkOf(request);
    if (!problemsOf) return;
    for (const { spec } of await reader.list(limitranges, request.namespace)) {
      const problems = (spec?.limits ?? []).flatMap(problemsOf);
      if (problems.length > 0) throw refused(request, aggregated(problems));
    }
  },
});

function checkOf(request: AdmissionRequest): ((item: LimitRangeItem) => readonly string[]) | undefined {
  const pod = limitedPod(request);
  if (pod?.spec) {
    const { spec } = pod;
    return (item) => podProblems(item, spec);
  }
  const isClaim = isFor(request, persistentvolumeclaims) && ["CREATE", "UPDATE"].includes(request.operation);
  if (!isClaim || request.oldObject?.metadata.deletionTimestamp) return undefined;
  // The resource holds claims.
  const claim = request.object as PersistentVolumeClaim;
  return (item) => claimProblems(item, claim);
}

/** Pods that are made, and the resources of those that run. */
function limitedPod(request: AdmissionRequest): Pod | undefined {
  const isNew = request.operation === "CREATE" && isFor(request, pods);
  const isResize = request.operation === "UPDATE" && isFor(request, pods, "resize");
  if (!(isNew || isResize) || request.oldObject?.metadata.deletionTimestamp) return undefined;
  // The resource holds pods.
  return request.object;
}

function setDefaults(pod: Pod, { spec }: LimitRange): void {
  const items = (spec?.limits ?? []).filter(({ type }) => type === "Container");
  const limits = Object.assign({}, ...items.map((item) => item.default ?? {})) as Record<string, Quantity>;
  const requests = Object.assign({}, ...items.map((item) => item.defaultRequest ?? {})) as Record<string, Quantity>;
  const notes = [
    ...(pod.spec?.containers ?? []).flatMap((container) => withDefaults(container, "container", requests, limits)),
    ...(pod.spec?.initContainers ?? []).flatMap((container) =>
      withDefaults(container, "init container", requests, limits),
    ),
  ];
  if (notes.length === 0) return;
  pod.metadata.annotations = {
    ...pod.metadata.annotations,
    [ANNOTATION]: `LimitRanger plugin set: ${notes.join("; ")}`,
  };
}

/** Fills in what a container does not say, and tells which resources those were. */
function withDefaults(
  container: Container,
  what: string,
  requests: Readonly<Record<string, Quantity>>,
  limits: Readonly<Record<string, Quantity>>,
): readonly string[] {
  const { resources = {} } = container;
  const newRequests = missing(requests, resources.requests);
  const newLimits = missing(limits, resources.limits);
  if (newRequests.length === 0 && newLimits.length === 0) return [];
  container.resources = {
    ...resources,
    ...(newRequests.length > 0 ? { requests: { ...requests, ...resources.requests } } : {}),
    ...(newLimits.length > 0 ? { limits: { ...limits, ...resources.limits } } : {}),
  };
  const note = (names: readonly string[], kind: string): readonly string[] =>
    names.length === 0 ? [] : [`${names.toSorted().join(", ")} ${kind} for ${what} ${container.name}`];
  return [...note(newRequests, "request"), ...note(newLimits, "limit")];
}

const missing = (wanted: object, given: object = {}): readonly string[] =>
  Object.keys(wanted).filter((name) => !Object.hasOwn(given, name));

function podProblems(item: LimitRangeItem, spec: PodSpec): readonly string[] {
  if (item.type === "Container") {
    return [...spec.containers, ...(spec.initContainers ?? [])].flatMap(({ resources = {} }) =>
      rangeProblems(item, amounts(resources.requests), amounts(resources.limits)),
    );
  }
  if (item.type !== "Pod") return [];
  return rangeProblems(
    item,
    { ...containerRequests(spec), ...podLevel(spec.resources, "requests") },
    { ...containerLimits(spec), ...podLevel(spec.resources, "limits") },
  );
}

const podLevel = (resources: ResourceRequirements | undefined, part: "requests" | "limits"): Amounts =>
  Object.fromEntries(
    Object.entries(amounts(resources?.[part])).filter(
      ([name]) => isPodLevelResource(name) && !name.startsWith("hugepages-"),
    ),
  );

function rangeProblems(item: LimitRangeItem, requests: Amounts, limits: Amounts): readonly string[] {
  const { type } = item;
  const each = (part: Readonly<Record<string, Quantity>> | undefined, problem: Constraint): readonly string[] =>
    Object.entries(amounts(part)).flatMap(([name, enforced]) => {
      const found = problem(type, name, enforced, requests[name], limits[name]);
      return found === undefined ? [] : [found];
    });
  return [
    ...each(item.min, minProblem),
    ...each(item.max, maxProblem),
    ...each(item.maxLimitRequestRatio, ratioProblem),
  ];
}

function claimProblems(item: LimitRangeItem, { spec }: PersistentVolumeClaim): readonly string[] {
  if (item.type !== "PersistentVolumeClaim") return [];
  const requests = amounts(spec?.resources?.requests);
  const each = (part: Readonly<Record<string, Quantity>> | undefined, problem: Constraint): readonly string[] =>
    Object.entries(amounts(part)).flatMap(([name, enforced]) => {
      const found = problem(item.type, name, enforced, requests[name], undefined);
      return found === undefined ? [] : [found];
    });
  return [...each(item.min, minProblem), ...each(item.max, maxRequestProblem)];
}

type Constraint = (
  type: string,
  name: string,
  enforced: Amount,
  request: Amount | undefined,
  limit: Amount | undefined,
) => string | undefined;

const minProblem: Constraint = (type, name, enforced, request, limit) => {
  const must = `minimum ${name} usage per ${type} is ${formatQuantity(enforced)}`;
  const [asked, limited, least] = comparable(request, limit, enforced);
  if (!request) return `${must}.  No request is specified`;
  if (asked < least) return `${must}, but request is ${formatQuantity(request)}`;
  if (limit && limited < least) return `${must}, but limit is ${formatQuantity(limit)}`;
  return undefined;
};

const maxProblem: Constraint = (type, name, enforced, request, limit) => {
  const must = `maximum ${name} usage per ${type} is ${formatQuantity(enforced)}`;
  const [asked, limited, most] = comparable(request, limit, enforced);
  if (!limit) return `${must}.  No limit is specified`;
  if (limited > most) return `${must}, but limit is ${formatQuantity(limit)}`;
  if (request && asked > most) return `${must}, but request is ${formatQuantity(request)}`;
  return undefined;
};

const maxRequestProblem: Constraint = (type, name, enforced, request) => {
  const must = `maximum ${name} usage per ${type} is ${formatQuantity(enforced)}`;
  const [asked, , most] = comparable(request, undefined, enforced);
  if (!request) return `${must}.  No request is specified`;
  return asked > most ? `${must}, but request is ${formatQuantity(request)}` : undefined;
};

const ratioProblem: Constraint = (type, name, enforced, request, limit) => {
  const must = `${name} max limit to request ratio per ${type} is ${formatQuantity(enforced)}`;
  const [asked, limited] = comparable(request, limit, enforced);
  if (!request || asked === 0n) return `${must}, but no request is specified or request is 0`;
  if (!limit || limited === 0n) return `${must}, but no limit is specified or limit is 0`;
  const ratio = Number(limited) / Number(asked);
  const isSmall = quantityValue(enforced) <= MAX_MILLI_VALUE;
  const isExceeded = isSmall
    ? ratio * 1000 > Number(quantityMilliValue(enforced))
    : ratio > Number(quantityValue(enforced));
  return isExceeded ? `${must}, but provided ratio is ${ratio.toFixed(6)}` : undefined;
};

/** All three in thousandths, or in whole units where thousandths would not fit. */
function comparable(request: Amount = ZERO, limit: Amount = ZERO, enforced: Amount): readonly [bigint, bigint, bigint] {
  const all = [request, limit, enforced];
  const of = all.every((each) => quantityValue(each) <= MAX_MILLI_VALUE) ? quantityMilliValue : quantityValue;
  return [of(request), of(limit), of(enforced)];
}

/** Upstream's aggregate of errors: each once, in brackets when there are several. */
function aggregated(problems: readonly string[]): string {
  const unique = [...new Set(problems)];
  return unique.length === 1 ? (unique[0] ?? "") : `[${unique.join(", ")}]`;
}
