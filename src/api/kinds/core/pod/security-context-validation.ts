import { checkFormat, checkSupported } from "../../../field-checks.ts";
import { at, child, type FieldErrors } from "../../../field-errors.ts";
import { unixIdProblems } from "../../../names.ts";
import type {
  AppArmorProfile,
  PodSecurityContext,
  PodSpec,
  SeccompProfile,
  SecurityContext,
} from "../../../types/core-v1.ts";
import { validateDescendingPath } from "./path-validation.ts";
import { validateSysctls } from "./sysctl-validation.ts";
import { validateWindowsOptions } from "./windows-validation.ts";

const PATH_MAX_BYTES = 4095;
const PROFILE_TYPES = ["Localhost", "RuntimeDefault", "Unconfined"];

export function validatePodSecurityContext(spec: PodSpec, path: string, errors: FieldErrors): void {
  const context = spec.securityContext;
  if (!context) return;
  checkIds(context, ["fsGroup", "runAsUser", "runAsGroup"], path, errors);
  context.supplementalGroups?.forEach((id, index) =>
    checkFormat(id, unixIdProblems(id), at(child(path, "supplementalGroups"), index), errors),
  );
  if (spec.hostPID && spec.shareProcessNamespace) {
    errors.invalid(
      child(path, "shareProcessNamespace"),
      true,
      "ShareProcessNamespace and HostPID cannot both be enabled",
    );
  }
  validateSysctls(context.sysctls, spec, child(path, "sysctls"), errors);
  checkOptional(context.fsGroupChangePolicy, ["Always", "OnRootMismatch"], child(path, "fsGroupChangePolicy"), errors);
  validateSeccompProfile(context.seccompProfile, child(path, "seccompProfile"), errors);
  validateWindowsOptions(context.windowsOptions, child(path, "windowsOptions"), errors);
  validateAppArmorProfile(context.appArmorProfile, child(path, "appArmorProfile"), errors);
  checkOptional(context.supplementalGroupsPolicy, ["Merge", "Strict"], child(path, "supplementalGroupsPolicy"), errors);
  // MountOption needs the feature SELinuxMount, which is off in 1.36.
  checkOptional(context.seLinuxChangePolicy, ["Recursive"], child(path, "seLinuxChangePolicy"), errors);
}

export function validateSecurityContext(
  context: SecurityContext | undefined,
  usesHostUsers: boolean,
  path: string,
  errors: FieldErrors,
): void {
  if (!context) return;
  const { procMount } = context;
  checkIds(context, ["runAsUser", "runAsGroup"], path, errors);
  checkOptional(procMount, ["Default", "Unmasked"], child(path, "procMount"), errors);
  if (usesHostUsers && procMount === "Unmasked") {
    errors.invalid(child(path, "procMount"), procMount, "`hostUsers` must be false to use `Unmasked`");
  }
  validateSeccompProfile(context.seccompProfile, child(path, "seccompProfile"), errors);
  validatePrivilegeEscalation(context, path, errors);
  validateWindowsOptions(context.windowsOptions, child(path, "windowsOptions"), errors);
  validateAppArmorProfile(context.appArmorProfile, child(path, "appArmorProfile"), errors);
}

function validatePrivilegeEscalation(context: SecurityContext, path: string, errors: FieldErrors): void {
  const { allowPrivilegeEscalation, privileged, capabilities } = context;
  if (allowPrivilegeEscalation !== false) return;
  if (privileged) {
    errors.invalid(path, context, "cannot set `allowPrivilegeEscalation` to false and `privileged` to true");
  }
  if (capabilities?.add?.includes("CAP_SYS_ADMIN")) {
    errors.invalid(
      path,
      context,
      "cannot set `allowPrivilegeEscalation` to false and `capabilities.Add` CAP_SYS_ADMIN",
    );
  }
}

function validateSeccompProfile(profile: SeccompProfile | undefined, path: string, errors: FieldErrors): void {
  if (!profile) return;
  const { type, localhostProfile } = profile;
  if (!type) errors.required(child(path, "type"), "type is required when seccompProfile is set");
  else checkSupported(type, PROFILE_TYPES, child(path, "type"), errors);
  const profilePath = child(path, "localhostProfile");
  if (type !== "Localhost") {
    if (localhostProfile !== undefined) {
      errors.invalid(profilePath, profile, "can only be set when seccomp type is Localhost");
    }
  } else if (localhostProfile === undefined) {
    errors.required(profilePath, "must be set when seccomp type is Localhost");
  } else {
    validateDescendingPath(localhostProfile, profilePath, errors);
  }
}

function validateAppArmorProfile(profile: AppArmorProfile | undefined, path: string, errors: FieldErrors): void {
  if (!profile) return;
  const { type, localhostProfile } = profile;
  const profilePath = child(path, "localhostProfile");
  if (!type) return errors.required(child(path, "type"), "type is required when appArmorProfile is set");
  if (!PROFILE_TYPES.includes(type)) return errors.notSupported(child(path, "type"), type, PROFILE_TYPES);
  if (type === "Localhost") return validateLocalhostProfile(localhostProfile, profilePath, errors);
  if (localhostProfile === undefined) return;
  errors.invalid(profilePath, localhostProfile, "can only be set when AppArmor type is Localhost");
}

function validateLocalhostProfile(profile: string | undefined, path: string, errors: FieldErrors): void {
  if (profile !== undefined && profile !== profile.trim()) {
    errors.invalid(path, profile, "must not be padded with whitespace");
  } else if (!profile) {
    errors.required(path, "must be set when AppArmor type is Localhost");
  }
  if (profile && Buffer.byteLength(profile) > PATH_MAX_BYTES) errors.tooLong(path, PATH_MAX_BYTES);
}

type IdField = "fsGroup" | "runAsUser" | "runAsGroup";

function checkIds(
  context: Pick<PodSecurityContext, IdField>,
  fields: readonly IdField[],
  path: string,
  errors: FieldErrors,
): void {
  for (const field of fields) {
    const id = context[field];
    if (id !== undefined) checkFormat(id, unixIdProblems(id), child(path, field), errors);
  }
}

function checkOptional(
  value: string | undefined,
  supported: readonly string[],
  path: string,
  errors: FieldErrors,
): void {
  if (value !== undefined) checkSupported(value, supported, path, errors);
}
