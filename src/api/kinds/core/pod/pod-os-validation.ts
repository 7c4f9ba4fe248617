import { child, type FieldErrors } from "../../../field-errors.ts";
import type { PodSpec } from "../../../types/core-v1.ts";
import { containersWithPaths } from "./pod-containers.ts";

/** A pod that says what system it needs may ask for nothing that the system does not have. */
export function validateOs(spec: PodSpec, path: string, errors: FieldErrors): void {
  if (!spec.os) return;
  const { name } = spec.os;
  if (!name) errors.required(child(child(path, "os"), "name"), "");
  else if (name === "linux") validateLinux(spec, path, errors);
  else if (name === "windows") validateWindows(spec, path, errors);
  else errors.notSupported(child(path, "os"), name, ["linux", "windows"]);
}

function validateLinux(spec: PodSpec, path: string, errors: FieldErrors): void {
  const refusal = "windows options cannot be set for a linux pod";
  if (spec.securityContext?.windowsOptions) {
    errors.forbidden(child(child(path, "securityContext"), "windowsOptions"), refusal);
  }
  for (const { container, path: containerPath } of containersWithPaths(spec, path)) {
    if (!container.securityContext?.windowsOptions) continue;
    errors.forbidden(child(child(containerPath, "securityContext"), "windowsOptions"), refusal);
  }
}

const NOT_WINDOWS = "cannot be set for a windows pod";

const POD_FIELDS = [
  "appArmorProfile",
  "seLinuxOptions",
  "seccompProfile",
  "fsGroup",
  "fsGroupChangePolicy",
  "sysctls",
  "runAsUser",
  "runAsGroup",
  "supplementalGroups",
  "supplementalGroupsPolicy",
  "seLinuxChangePolicy",
] as const;

const CONTAINER_FIELDS = [
  "appArmorProfile",
  "seLinuxOptions",
  "seccompProfile",
  "capabilities",
  "readOnlyRootFilesystem",
  "privileged",
  "allowPrivilegeEscalation",
  "procMount",
  "runAsUser",
  "runAsGroup",
] as const;

function validateWindows(spec: PodSpec, path: string, errors: FieldErrors): void {
  if (spec.hostUsers !== undefined) errors.forbidden(child(path, "hostUsers"), NOT_WINDOWS);
  if (spec.hostPID) errors.forbidden(child(path, "hostPID"), NOT_WINDOWS);
  if (spec.hostIPC) errors.forbidden(child(path, "hostIPC"), NOT_WINDOWS);
  if (spec.shareProcessNamespace !== undefined) errors.forbidden(child(path, "shareProcessNamespace"), NOT_WINDOWS);
  forbidFields(spec.securityContext, POD_FIELDS, child(path, "securityContext"), errors);
  for (const { container, path: containerPath } of containersWithPaths(spec, path)) {
    forbidFields(container.securityContext, CONTAINER_FIELDS, child(containerPath, "securityContext"), errors);
  }
}

function forbidFields<F extends string>(
  context: Readonly<Partial<Record<F, unknown>>> | undefined,
  fields: readonly F[],
  path: string,
  errors: FieldErrors,
): void {
  for (const field of fields) {
    if (context?.[field] !== undefined) errors.forbidden(child(path, field), NOT_WINDOWS);
  }
}
