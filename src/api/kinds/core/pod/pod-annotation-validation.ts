/** Annotations with a meaning for pods, most of them the forms in which fields of today began. */
import { at, child, type FieldErrors } from "../../../field-errors.ts";
import { CONFIG_MIRROR } from "../../../static-pod.ts";
import type { PodSpec, SeccompProfile } from "../../../types/core-v1.ts";
import type { ObjectMeta } from "../../../types/meta-v1.ts";
import { appArmorAnnotation, isAppArmorAnnotation, appArmorMismatch } from "./app-armor.ts";
import { validateDescendingPath } from "./path-validation.ts";
import { containersWithPaths } from "./pod-containers.ts";

export const SECCOMP_POD = "seccomp.security.alpha.kubernetes.io/pod";
export const SECCOMP_CONTAINER_PREFIX = "container.seccomp.security.alpha.kubernetes.io/";
const DELETION_COST = "controller.kubernetes.io/pod-deletion-cost";
const LOCALHOST_PREFIX = "localhost/";

type Annotations = Readonly<Record<string, string>>;

export function validatePodAnnotations(
  annotations: Annotations | undefined,
  spec: PodSpec,
  path: string,
  errors: FieldErrors,
): void {
  for (const [key, value] of Object.entries(annotations ?? {})) {
    if (key === CONFIG_MIRROR && !spec.nodeName) {
      errors.invalid(at(path, key), value, "must set spec.nodeName if mirror pod annotation is set");
    }
    if (key === DELETION_COST && !isInt32(value)) errors.invalid(at(path, key), value, "must be a 32bit integer");
    if (key === SECCOMP_POD || key.startsWith(SECCOMP_CONTAINER_PREFIX)) {
      validateSeccomp(value, child(path, key), errors);
    }
    if (isAppArmorAnnotation(key)) validateAppArmor(key, value, spec, at(path, key), errors);
  }
}

/** What clients may not do to annotations of a pod that is there. */
export function validatePodAnnotationUpdate(metadata: ObjectMeta, old: ObjectMeta, errors: FieldErrors): void {
  const path = "metadata.annotations";
  const { annotations = {} } = metadata;
  const { annotations: oldAnnotations = {} } = old;
  for (const [key, value] of Object.entries(oldAnnotations)) {
    if (annotations[key] === value) continue;
    if (isAppArmorAnnotation(key)) errors.forbidden(at(path, key), "may not remove or update AppArmor annotations");
    if (key === CONFIG_MIRROR) errors.forbidden(at(path, key), "may not remove or update mirror pod annotation");
  }
  for (const key of Object.keys(annotations)) {
    if (key in oldAnnotations) continue;
    if (isAppArmorAnnotation(key)) errors.forbidden(at(path, key), "may not add AppArmor annotations");
    if (key === CONFIG_MIRROR) errors.forbidden(at(path, key), "may not add mirror pod annotation");
  }
}

/** Where an annotation and its field are both given, they must say the same. */
export function validateSecurityAnnotations(
  { annotations = {} }: ObjectMeta,
  spec: PodSpec,
  path: string,
  errors: FieldErrors,
): void {
  const { seccompProfile, appArmorProfile } = spec.securityContext ?? {};
  compareSeccomp(annotations[SECCOMP_POD], seccompProfile, `${path}.securityContext.seccompProfile`, errors);
  const containers = containersWithPaths(spec, path);
  for (const { container, path: containerPath } of containers) {
    const annotation = annotations[`${SECCOMP_CONTAINER_PREFIX}${container.name}`];
    const profilePath = `${containerPath}.securityContext.seccompProfile`;
    compareSeccomp(annotation, container.securityContext?.seccompProfile, profilePath, errors);
  }
  if (spec.os?.name === "windows") return;
  for (const { container, path: containerPath } of containers) {
    const profile = container.securityContext?.appArmorProfile ?? appArmorProfile;
    const annotation = annotations[appArmorAnnotation(container.name)];
    if (!profile || annotation === undefined) continue;
    const mismatch = appArmorMismatch(annotation, profile);
    if (!mismatch) continue;
    const profilePath = `${containerPath}.securityContext.appArmorProfile`;
    if (mismatch === "type") {
      errors.forbidden(child(profilePath, "type"), "apparmor type in annotation and field must match");
    } else {
      errors.forbidden(child(profilePath, "localhostProfile"), "apparmor profile in annotation and field must match");
    }
  }
}

function compareSeccomp(
  annotation: string | undefined,
  profile: SeccompProfile | undefined,
  path: string,
  errors: FieldErrors,
): void {
  if (annotation === undefined || !profile) return;
  if (profile.type === "Localhost" && annotation.startsWith(LOCALHOST_PREFIX)) {
    if (annotation.slice(LOCALHOST_PREFIX.length) !== profile.localhostProfile) {
      errors.forbidden(child(path, "localhostProfile"), "seccomp profile in annotation and field must match");
    }
    return;
  }
  const expected = SECCOMP_ANNOTATIONS[profile.type] ?? [];
  const isKnown = ["Unconfined", "RuntimeDefault", "Localhost"].includes(profile.type);
  if (isKnown && !expected.includes(annotation)) {
    errors.forbidden(child(path, "type"), "seccomp type in annotation and field must match");
  }
}

const SECCOMP_ANNOTATIONS: Readonly<Record<string, readonly string[]>> = {
  Unconfined: ["unconfined"],
  RuntimeDefault: ["runtime/default", "docker/default"],
};

function validateSeccomp(profile: string, path: string, errors: FieldErrors): void {
  if (["runtime/default", "docker/default", "unconfined"].includes(profile)) return;
  if (profile.startsWith(LOCALHOST_PREFIX)) {
    return validateDescendingPath(profile.slice(LOCALHOST_PREFIX.length), path, errors);
  }
  errors.invalid(path, profile, "must be a valid seccomp profile");
}

function validateAppArmor(key: string, profile: string, spec: PodSpec, path: string, errors: FieldErrors): void {
  const name = key.slice(appArmorAnnotation("").length);
  if (!containersWithPaths(spec, "").some(({ container }) => container.name === name)) {
    errors.invalid(path, name, "container not found");
  }
  if (profile === "" || profile === "runtime/default" || profile === "unconfined") return;
  if (!profile.startsWith(LOCALHOST_PREFIX)) {
    errors.invalid(path, profile, `invalid AppArmor profile name: ${JSON.stringify(profile)}`);
  }
}

function isInt32(text: string): boolean {
  if (!/^(?:0|-[0-9]+|[1-9][0-9]*)$/.test(text)) return false;
  const value = Number(text);
  return value >= -(2 ** 31) && value < 2 ** 31;
}
