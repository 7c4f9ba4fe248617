import type { AppArmorProfile, Container, Pod, SeccompProfile } from "../../api/types/core-v1.ts";
import { podText } from "../pod/pod-text.ts";
import type { ContainerSecurity } from "../runtime/runtime.ts";
import { ContainerConfigError } from "./container-config-error.ts";

/**
 * How a container is confined: its own security context before the pod's. `imageUser` is what the image says about itself.
 * Throws ContainerConfigError, in the kubelet's words, for a user that `runAsNonRoot` forbids.
 */
export function containerSecurity(pod: Readonly<Pod>, container: Container, imageUser: string): ContainerSecurity {
  const own = container.securityContext ?? {};
  const shared = pod.spec?.securityContext ?? {};
  const runAsUser = own.runAsUser ?? shared.runAsUser;
  const runAsGroup = own.runAsGroup ?? shared.runAsGroup;
  if (own.runAsNonRoot ?? shared.runAsNonRoot) verifyNonRoot(pod, container, runAsUser, imageUser);
  return {
    user: userText(runAsUser, runAsGroup, imageUser),
    supplementalGroups: [
      ...(shared.fsGroup === undefined ? [] : [shared.fsGroup]),
      ...(shared.supplementalGroups ?? []),
    ],
    privileged: own.privileged ?? false,
    readOnlyRootFilesystem: own.readOnlyRootFilesystem ?? false,
    allowPrivilegeEscalation: own.allowPrivilegeEscalation ?? true,
    addCapabilities: own.capabilities?.add ?? [],
    dropCapabilities: own.capabilities?.drop ?? [],
    unmaskedProc: own.procMount === "Unmasked",
    appArmorProfile: appArmorProfile(own.appArmorProfile ?? shared.appArmorProfile),
    seccomp: seccomp(own.seccompProfile ?? shared.seccompProfile),
    shareProcessNamespace: pod.spec?.shareProcessNamespace === true || pod.spec?.hostPID === true,
  };
}

function verifyNonRoot(
  pod: Readonly<Pod>,
  container: Container,
  runAsUser: number | undefined,
  imageUser: string,
): void {
  const where = `(pod: "${podText(pod)}", container: ${container.name})`;
  if (runAsUser !== undefined) {
    if (runAsUser === 0) throw new ContainerConfigError(`container's runAsUser breaks non-root policy ${where}`);
    return;
  }
  const [user = ""] = imageUser.split(":");
  if (user === "" || user === "0") {
    throw new ContainerConfigError(`container has runAsNonRoot and image will run as root ${where}`);
  }
  if (/^\d+$/.test(user)) return;
  throw new ContainerConfigError(
    `container has runAsNonRoot and image has non-numeric user (${user}), cannot verify user is non-root ${where}`,
  );
}

function userText(user: number | undefined, group: number | undefined, imageUser: string): string | undefined {
  if (group === undefined) return user === undefined ? undefined : String(user);
  const [own = ""] = imageUser.split(":");
  return `${user ?? (own === "" ? "0" : own)}:${group}`;
}

function appArmorProfile(profile: AppArmorProfile | undefined): string | undefined {
  if (profile?.type === "Unconfined") return "unconfined";
  return profile?.type === "Localhost" ? profile.localhostProfile : undefined;
}

/** Kubernetes confines nothing unless it is asked to. */
function seccomp(profile: SeccompProfile | undefined): ContainerSecurity["seccomp"] {
  if (profile?.type === "RuntimeDefault") return "RuntimeDefault";
  if (profile?.type === "Localhost") return { localhostProfile: profile.localhostProfile ?? "" };
  return "Unconfined";
}
