import { at, child } from "../../../field-errors.ts";
import { labelValueProblems } from "../../../names.ts";
import type { NodeSelectorTerm, PodAffinity, PodSpec } from "../../../types/core-v1.ts";

const DEPRECATED_NODE_LABELS: ReadonlyMap<string, string> = new Map([
  ["beta.kubernetes.io/arch", 'deprecated since v1.14; use "kubernetes.io/arch" instead'],
  ["beta.kubernetes.io/os", 'deprecated since v1.14; use "kubernetes.io/os" instead'],
  ["failure-domain.beta.kubernetes.io/region", 'deprecated since v1.17; use "topology.kubernetes.io/region" instead'],
  ["failure-domain.beta.kubernetes.io/zone", 'deprecated since v1.17; use "topology.kubernetes.io/zone" instead'],
  ["beta.kubernetes.io/instance-type", 'deprecated since v1.17; use "node.kubernetes.io/instance-type" instead'],
  ["app.kubernetes.io/created-by", "deprecated since v1.9"],
  ["scheduler.alpha.kubernetes.io/preferAvoidPods", "deprecated since v1.22; use Taints and Tolerations instead"],
  ["node-role.kubernetes.io/master", 'use "node-role.kubernetes.io/control-plane" instead'],
]);

const NULL_SELECTOR = "a null labelSelector results in matching no pod";

/** Of what the scheduler looks at. */
export function placementWarnings(spec: PodSpec, path: string): string[] {
  const { podAffinity, podAntiAffinity } = spec.affinity ?? {};
  return [
    ...Object.keys(spec.nodeSelector ?? {}).flatMap((key) => {
      const message = DEPRECATED_NODE_LABELS.get(key);
      return message === undefined ? [] : [`${at(child(path, "nodeSelector"), key)}: ${message}`];
    }),
    ...nodeAffinityWarnings(spec, `${path}.affinity.nodeAffinity`),
    ...topologySpreadWarnings(spec, child(path, "topologySpreadConstraints")),
    ...podAffinityWarnings(podAffinity, `${path}.affinity.podAffinity`),
    ...podAffinityWarnings(podAntiAffinity, `${path}.affinity.podAntiAffinity`),
  ];
}

function nodeAffinityWarnings({ affinity }: PodSpec, path: string): string[] {
  const {
    requiredDuringSchedulingIgnoredDuringExecution: required,
    preferredDuringSchedulingIgnoredDuringExecution: preferred,
  } = affinity?.nodeAffinity ?? {};
  const termsPath = `${path}.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms`;
  const preferredPath = `${path}.preferredDuringSchedulingIgnoredDuringExecution`;
  return [
    ...(required?.nodeSelectorTerms ?? []).flatMap((term, index) => keyWarnings(term, at(termsPath, index))),
    ...(preferred ?? []).flatMap(({ preference }, index) => {
      const preferencePath = child(at(preferredPath, index), "preference");
      return [...keyWarnings(preference, preferencePath), ...valueWarnings(preference, preferencePath)];
    }),
  ];
}

function keyWarnings({ matchExpressions = [] }: NodeSelectorTerm, path: string): string[] {
  return matchExpressions.flatMap(({ key }, index) => {
    const message = DEPRECATED_NODE_LABELS.get(key);
    const keyPath = child(at(child(path, "matchExpressions"), index), "key");
    return message === undefined ? [] : [`${keyPath}: ${key} is ${message}`];
  });
}

/** In what is required they are errors. */
function valueWarnings({ matchExpressions = [] }: NodeSelectorTerm, path: string): string[] {
  return matchExpressions.flatMap(({ values = [] }, index) =>
    values.flatMap((value, valueIndex) => {
      const valuePath = at(child(at(child(path, "matchExpressions"), index), "values"), valueIndex);
      return labelValueProblems(value).map((problem) => `${valuePath}: ${value} is invalid, ${problem}`);
    }),
  );
}

function topologySpreadWarnings({ topologySpreadConstraints = [] }: PodSpec, path: string): string[] {
  return topologySpreadConstraints.flatMap(({ topologyKey, labelSelector }, index) => {
    const message = DEPRECATED_NODE_LABELS.get(topologyKey);
    return [
      ...(message === undefined ? [] : [`${at(path, index)}.topologyKey: ${topologyKey} is ${message}`]),
      ...(labelSelector ? [] : [`${at(path, index)}.labelSelector: ${NULL_SELECTOR}`]),
    ];
  });
}

function podAffinityWarnings(affinity: PodAffinity | undefined, path: string): string[] {
  const required = affinity?.requiredDuringSchedulingIgnoredDuringExecution ?? [];
  const preferred = affinity?.preferredDuringSchedulingIgnoredDuringExecution ?? [];
  return [
    ...required.flatMap(({ labelSelector }, index) => {
      const termPath = at(child(path, "requiredDuringSchedulingIgnoredDuringExecution"), index);
      return labelSelector ? [] : [`${termPath}.labelSelector: ${NULL_SELECTOR}`];
    }),
    ...preferred.flatMap(({ podAffinityTerm }, index) => {
      const termPath = at(child(path, "preferredDuringSchedulingIgnoredDuringExecution"), index);
      return podAffinityTerm.labelSelector ? [] : [`${termPath}.podAffinityTerm.labelSelector: ${NULL_SELECTOR}`];
    }),
  ];
}
