import { checkDnsLabel, checkNotEmpty, checkRequiredAndSupported } from "../../../field-checks.ts";
import { at, child, type FieldErrors } from "../../../field-errors.ts";
import { isSidecar } from "../../../pod-resources.ts";
import type { Container, ContainerResizePolicy, EphemeralContainer, PodSpec } from "../../../types/core-v1.ts";
import { validateEnvFrom, validateEnvironment } from "./container-environment-validation.ts";
import { validateContainerPorts, validateHostPortConflicts } from "./container-port-validation.ts";
import { validateContainerRestart } from "./container-restart-validation.ts";
import { validatePullPolicy } from "./image-pull-policy.ts";
import { validateLifetime } from "./probe-validation.ts";
import { validateContainerResources } from "./resource-validation.ts";
import { validateSecurityContext } from "./security-context-validation.ts";
import { validateVolumeDevices, validateVolumeMounts, type VolumesByName } from "./volume-mount-validation.ts";

/** What the containers of a pod share. */
export interface ContainerSurroundings {
  readonly spec: PodSpec;
  readonly volumes: VolumesByName;
  /** Of the pod's resource claims. */
  readonly claimNames: ReadonlySet<string>;
}

export function validateContainers(surroundings: ContainerSurroundings, path: string, errors: FieldErrors): void {
  const { spec } = surroundings;
  if (spec.containers.length === 0) return errors.required(path, "");
  const names = new Set<string>();
  spec.containers.forEach((container, index) => {
    const containerPath = at(path, index);
    validateContainer(container, surroundings, containerPath, errors);
    claimName(container.name, names, containerPath, errors);
    validateLifetime(container, spec, containerPath, errors);
    validateContainerRestart(container, containerPath, errors);
  });
  validateHostPortConflicts(spec.containers, path, errors);
}

export function validateInitContainers(surroundings: ContainerSurroundings, path: string, errors: FieldErrors): void {
  const { spec } = surroundings;
  const names = new Set(spec.containers.map(({ name }) => name));
  spec.initContainers?.forEach((container, index) => {
    const containerPath = at(path, index);
    validateContainer(container, surroundings, containerPath, errors);
    validateContainerRestart(container, containerPath, errors);
    if (container.name) claimName(container.name, names, containerPath, errors);
    // One at a time, so its place in the list is not named: Kubernetes does this too (validateInitContainers).
    validateHostPortConflicts([container], path, errors);
    if (isSidecar(container)) validateLifetime(container, spec, containerPath, errors);
    else forbidLifetime(container, containerPath, errors);
  });
}

const LIFETIME_FIELDS = ["lifecycle", "livenessProbe", "readinessProbe", "startupProbe"] as const;

/** An init container that ends has nothing to probe, and restarts as a whole. */
function forbidLifetime(container: Container, path: string, errors: FieldErrors): void {
  for (const field of LIFETIME_FIELDS) {
    if (container[field]) {
      errors.forbidden(child(path, field), "may not be set for init containers without restartPolicy=Always");
    }
  }
  container.resizePolicy?.forEach(({ restartPolicy }, index) => {
    if (restartPolicy !== "RestartContainer") return;
    errors.invalid(
      child(at(child(path, "resizePolicy"), index), "restartPolicy"),
      restartPolicy,
      "must not be set to 'RestartContainer' for non-sidecar initContainers",
    );
  });
}

const NOT_EPHEMERAL = "cannot be set for an Ephemeral Container";

const FORBIDDEN_EPHEMERAL_FIELDS = [
  "ports",
  "resources",
  "resizePolicy",
  "restartPolicy",
  "restartPolicyRules",
  "livenessProbe",
  "readinessProbe",
  "startupProbe",
  "lifecycle",
] as const;

export function validateEphemeralContainers(
  surroundings: ContainerSurroundings,
  path: string,
  errors: FieldErrors,
): void {
  const { containers, initContainers = [], ephemeralContainers } = surroundings.spec;
  const others = [...containers, ...initContainers].map(({ name }) => name);
  const names = new Set(others);
  ephemeralContainers?.forEach((container, index) => {
    const containerPath = at(path, index);
    validateContainer(container, surroundings, containerPath, errors);
    validateImageSpace(container, containerPath, errors);
    claimName(container.name, names, containerPath, errors);
    const target = container.targetContainerName;
    if (target && !others.includes(target)) errors.notFound(child(containerPath, "targetContainerName"), target);
    forbidEphemeralFields(container, containerPath, errors);
  });
}

function forbidEphemeralFields(container: EphemeralContainer, path: string, errors: FieldErrors): void {
  for (const field of FORBIDDEN_EPHEMERAL_FIELDS) {
    if (!isEmpty(container[field])) errors.forbidden(child(path, field), NOT_EPHEMERAL);
  }
  container.volumeMounts?.forEach(({ subPath, subPathExpr }, index) => {
    const mountPath = at(child(path, "volumeMounts"), index);
    if (subPath) errors.forbidden(child(mountPath, "subPath"), NOT_EPHEMERAL);
    if (subPathExpr) errors.forbidden(child(mountPath, "subPathExpr"), NOT_EPHEMERAL);
  });
}

const isEmpty = (value: unknown): boolean =>
  value === undefined || (typeof value === "object" && value !== null && Object.keys(value).length === 0);

/** Not checked in templates. */
export function validateImageSpace({ image = "" }: Pick<Container, "image">, path: string, errors: FieldErrors): void {
  if (image === image.trim()) return;
  errors.invalid(child(path, "image"), image, "must not have leading or trailing whitespace");
}

/** What holds for every sort of container. */
function validateContainer(
  container: Container | EphemeralContainer,
  { spec, volumes, claimNames }: ContainerSurroundings,
  path: string,
  errors: FieldErrors,
): void {
  if (!container.name) errors.required(child(path, "name"), "");
  else checkDnsLabel(container.name, child(path, "name"), errors);
  checkNotEmpty(container.image, child(path, "image"), errors);
  validateTerminationMessagePolicy(container.terminationMessagePolicy, child(path, "terminationMessagePolicy"), errors);
  validateContainerPorts(container.ports, child(path, "ports"), errors);
  validateEnvironment(container.env, child(path, "env"), errors);
  validateEnvFrom(container.envFrom, child(path, "envFrom"), errors);
  validateVolumeMounts(container, volumes, child(path, "volumeMounts"), errors);
  validateVolumeDevices(container, volumes, child(path, "volumeDevices"), errors);
  validatePullPolicy(container.imagePullPolicy, child(path, "imagePullPolicy"), errors);
  validateContainerResources(container.resources ?? {}, claimNames, child(path, "resources"), errors);
  validateResizePolicy(container.resizePolicy, spec.restartPolicy, child(path, "resizePolicy"), errors);
  const usesHostUsers = spec.hostUsers !== false;
  validateSecurityContext(container.securityContext, usesHostUsers, child(path, "securityContext"), errors);
}

function claimName(name: string, names: Set<string>, path: string, errors: FieldErrors): void {
  if (names.has(name)) errors.duplicate(child(path, "name"), name);
  names.add(name);
}

const MESSAGE_POLICIES = ["File", "FallbackToLogsOnError"];

function validateTerminationMessagePolicy(policy: string | undefined, path: string, errors: FieldErrors): void {
  if (!policy) errors.required(path, "");
  else if (!MESSAGE_POLICIES.includes(policy)) errors.notSupportedInOrder(path, policy, MESSAGE_POLICIES);
}

/** Upstream names the list, not the entry, but for duplicates. */
function validateResizePolicy(
  policies: readonly ContainerResizePolicy[] | undefined,
  podRestartPolicy: string | undefined,
  path: string,
  errors: FieldErrors,
): void {
  const resources = new Set<string>();
  policies?.forEach(({ resourceName, restartPolicy }, index) => {
    if (resources.has(resourceName)) errors.duplicate(at(path, index), resourceName);
    resources.add(resourceName);
    checkRequiredAndSupported(resourceName, ["cpu", "memory"], path, errors);
    checkRequiredAndSupported(restartPolicy, ["NotRequired", "RestartContainer"], path, errors);
    if (podRestartPolicy === "Never" && restartPolicy !== "NotRequired") {
      errors.invalid(path, restartPolicy, "must be 'NotRequired' when pod `restartPolicy` is 'Never'");
    }
  });
}
