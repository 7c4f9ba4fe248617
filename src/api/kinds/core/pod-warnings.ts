/** What is accepted but will surprise whoever wrote it (pkg/api/pod/warnings.go). */
import { at, child } from "../../field-errors.ts";
import { formatIp, parseIp } from "../../ip-address.ts";
import { dnsLabelProblems } from "../../names.ts";
import { semanticEqual } from "../../semantic-equal.ts";
import type { Container, EphemeralContainer, Pod, PodSpec, PodTemplateSpec } from "../../types/core-v1.ts";
import type { ObjectMeta, Quantity } from "../../types/meta-v1.ts";
import { fractionalWarnings } from "./fractional-warnings.ts";
import { appArmorAnnotation, appArmorProfile } from "./pod/app-armor.ts";
import { containerPortWarnings } from "./pod/container-port-warnings.ts";
import { placementWarnings } from "./pod/placement-warnings.ts";
import { SECCOMP_CONTAINER_PREFIX, SECCOMP_POD } from "./pod/pod-annotation-validation.ts";
import { containersWithPaths } from "./pod/pod-containers.ts";
import { volumeWarnings } from "./pod/volume-warnings.ts";

const EMPTY: PodSpec = { containers: [] };

/** Of a pod that is created. */
export function podWarnings({ metadata, spec = EMPTY }: Pod): string[] {
  const nameProblems = dnsLabelProblems(metadata.name ?? "");
  const ofName =
    nameProblems.length === 0
      ? []
      : [
          `metadata.name: this is used in the Pod's hostname, which can result in surprising behavior; a DNS label is recommended: [${nameProblems.join(" ")}]`,
        ];
  return [...ofName, ...specWarnings(metadata, spec, ""), ...appArmorWarnings(metadata, spec, "")];
}

/** Of the template at `path` of whatever makes pods. */
export function podTemplateWarnings({ metadata = {}, spec = EMPTY }: PodTemplateSpec, path: string): string[] {
  return [...specWarnings(metadata, spec, path), ...appArmorWarnings(metadata, spec, path)];
}

function specWarnings(metadata: ObjectMeta, spec: PodSpec, path: string): string[] {
  const specPath = child(path, "spec");
  const containers = containersWithPaths(spec, specPath);
  return [
    ...placementWarnings(spec, specPath),
    ...deprecatedAnnotationWarnings(metadata, child(child(path, "metadata"), "annotations")),
    ...volumeWarnings(spec.volumes ?? [], child(specPath, "volumes")),
    ...duplicateWarnings(spec, specPath),
    ...fractionalByteWarnings(spec.overhead, child(specPath, "overhead")),
    ...seccompWarnings(metadata, spec, path),
    ...containers.flatMap(({ container, path: containerPath }) => containerWarnings(container, containerPath)),
    ...containerPortWarnings(containers),
    ...addressWarnings(spec, specPath),
  ];
}

const DEPRECATED_ANNOTATIONS: Readonly<Record<string, string>> = {
  "scheduler.alpha.kubernetes.io/critical-pod": 'non-functional in v1.16+; use the "priorityClassName" field instead',
  "security.alpha.kubernetes.io/sysctls": 'non-functional in v1.11+; use the "sysctls" field instead',
  "security.alpha.kubernetes.io/unsafe-sysctls": 'non-functional in v1.11+; use the "sysctls" field instead',
};

const deprecatedAnnotationWarnings = ({ annotations = {} }: ObjectMeta, path: string): string[] =>
  Object.entries(DEPRECATED_ANNOTATIONS)
    .filter(([key]) => key in annotations)
    .map(([key, message]) => `${at(path, key)}: ${message}`);

function duplicateWarnings({ hostAliases = [], imagePullSecrets = [] }: PodSpec, path: string): string[] {
  const ips = hostAliases.map(({ ip }) => ip);
  const names = imagePullSecrets.map(({ name = "" }) => name);
  const isRepeated = (value: string, index: number, list: readonly string[]): boolean => list.indexOf(value) < index;
  return [
    ...ips.flatMap((ip, index) =>
      isRepeated(ip, index, ips) ? [`${at(child(path, "hostAliases"), index)}.ip: duplicate ip "${ip}"`] : [],
    ),
    ...names.flatMap((name, index) =>
      isRepeated(name, index, names)
        ? [`${at(child(path, "imagePullSecrets"), index)}.name: duplicate name "${name}"`]
        : [],
    ),
    ...names.flatMap((name, index) =>
      name === "" ? [`${at(child(path, "imagePullSecrets"), index)}.name: invalid empty name ""`] : [],
    ),
  ];
}

function seccompWarnings({ annotations = {} }: ObjectMeta, spec: PodSpec, path: string): string[] {
  const users = [
    { key: SECCOMP_POD, context: spec.securityContext },
    ...containersWithPaths(spec, "").map(({ container }) => ({
      key: `${SECCOMP_CONTAINER_PREFIX}${container.name}`,
      context: container.securityContext,
    })),
  ];
  const annotationsPath = child(child(path, "metadata"), "annotations");
  return users
    .filter(({ key, context }) => key in annotations && !context?.seccompProfile)
    .map(({ key }) => `${at(annotationsPath, key)}: non-functional in v1.27+; use the "seccompProfile" field instead`);
}

/** Where the old annotation is not yet, or not at all, the field. */
function appArmorWarnings({ annotations = {} }: ObjectMeta, spec: PodSpec, path: string): string[] {
  const isPod = path === "";
  const annotationsPath = child(child(path, "metadata"), "annotations");
  return containersWithPaths(spec, "").flatMap(({ container }) => {
    const key = appArmorAnnotation(container.name);
    const annotation = annotations[key];
    if (annotation === undefined) return [];
    const profile = appArmorProfile(annotation);
    const { appArmorProfile: ofContainer } = container.securityContext ?? {};
    // The field of a new pod's container was taken from the annotation a moment ago.
    if (ofContainer && !(isPod && semanticEqual(profile, ofContainer))) return [];
    if (profile && semanticEqual(profile, spec.securityContext?.appArmorProfile)) return [];
    return [`${at(annotationsPath, key)}: deprecated since v1.30; use the "appArmorProfile" field instead`];
  });
}

function containerWarnings(container: Container | EphemeralContainer, path: string): string[] {
  const { limits, requests } = container.resources ?? {};
  return [
    ...fractionalByteWarnings(limits, `${path}.resources.limits`),
    ...fractionalByteWarnings(requests, `${path}.resources.requests`),
    ...hiddenVariableWarnings(container, child(path, "env")),
  ];
}

const BYTE_RESOURCES = ["memory", "ephemeral-storage"];

function fractionalByteWarnings(list: Readonly<Record<string, Quantity>> | undefined, path: string): string[] {
  return BYTE_RESOURCES.flatMap((name) => {
    const quantity = list?.[name];
    return quantity === undefined ? [] : fractionalWarnings(quantity, at(path, name));
  });
}

/** A variable may be defined again by way of itself: `PATH=$(PATH):/more`. */
function hiddenVariableWarnings({ env = [] }: Container | EphemeralContainer, path: string): string[] {
  const names = new Set<string>();
  return env.flatMap(({ name, value = "", valueFrom }, index) => {
    if (!names.has(name)) {
      names.add(name);
      return [];
    }
    const reference = `$(${name})`;
    const extendsItself = !valueFrom && value !== reference && value.includes(reference);
    if (extendsItself) return [];
    return [`${at(path, index)}: hides previous definition of "${name}", which may be dropped when using apply`];
  });
}

function addressWarnings({ dnsConfig, hostAliases }: PodSpec, path: string): string[] {
  const nameservers = dnsConfig?.nameservers ?? [];
  return [
    ...nameservers.flatMap((ip, index) => canonicalWarnings(ip, at(`${path}.dnsConfig.nameservers`, index))),
    ...(hostAliases ?? []).flatMap(({ ip }, index) =>
      canonicalWarnings(ip, child(at(child(path, "hostAliases"), index), "ip")),
    ),
  ];
}

function canonicalWarnings(ip: string, path: string): string[] {
  const address = parseIp(ip);
  const canonical = address ? formatIp(address) : ip;
  if (canonical === ip) return [];
  return [`${path}: IPv6 address "${ip}" should be in RFC 5952 canonical format ("${canonical}")`];
}
