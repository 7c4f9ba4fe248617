import type { ContainerCreateOptions, HostConfig, MountConfig } from "dockerode";

import type { ContainerLimits, ContainerSecurity, ContainerSpec, Mount, SandboxSpec } from "../runtime.ts";
import type { Engine } from "./engine.ts";
import { identityLabels, LABEL, objectName } from "./labels.ts";
import { PAUSE_IMAGE } from "./pause-image.ts";

/** The kubelet's rotation (containerLogMaxSize, containerLogMaxFiles) in json-file's terms; `docker logs` reads it. */
const LOG_CONFIG = { Type: "json-file", Config: { "max-size": "10m", "max-file": "5" } };

/** The kubelet's scores: a sandbox goes last, since the pod's network goes with it. */
const SANDBOX_OOM_SCORE = -998;
const CPU_PERIOD_MICROSECONDS = 100_000;

/** What the engine is asked to create for a pod's sandbox. */
export function sandboxOptions({ owner, network, facts }: Engine, spec: SandboxSpec): ContainerCreateOptions {
  return {
    name: objectName(owner.cluster, "POD", spec.pod, spec.attempt),
    Image: PAUSE_IMAGE,
    ...(spec.hostNetwork ? {} : { Hostname: spec.hostname }),
    Labels: {
      ...spec.labels,
      ...identityLabels(owner, spec.pod, "sandbox", spec.attempt),
      ...(spec.ip === undefined ? {} : { [LABEL.ip]: spec.ip }),
    },
    // The pause program handles no signal: a stopping engine would wait ten seconds for each sandbox.
    StopSignal: "SIGKILL",
    HostConfig: {
      NetworkMode: spec.hostNetwork ? "host" : network.name,
      ...(spec.handler === undefined ? {} : { Runtime: spec.handler }),
      IpcMode: spec.hostIpc ? "host" : "shareable",
      ...(spec.hostPid ? { PidMode: "host" } : {}),
      Sysctls: { ...spec.sysctls },
      OomScoreAdj: Math.max(SANDBOX_OOM_SCORE, facts.lowestOomScore),
      CpuShares: 2,
      ReadonlyRootfs: true,
      CapDrop: ["ALL"],
      SecurityOpt: ["no-new-privileges"],
      LogConfig: { Type: "none", Config: {} },
      RestartPolicy: { Name: "no" },
    },
    ...(spec.hostNetwork || spec.ip === undefined
      ? {}
      : { NetworkingConfig: { EndpointsConfig: { [network.name]: { IPAMConfig: { IPv4Address: spec.ip } } } } }),
  };
}

/** What the engine is asked to create for a container. `seccompProfile` is the text of a localhost profile. */
export function containerOptions(
  { owner, facts }: Engine,
  spec: ContainerSpec,
  seccompProfile: string | undefined,
): ContainerCreateOptions {
  const { oomScoreAdj } = spec.resources;
  return {
    name: objectName(owner.cluster, spec.name, spec.pod, spec.restartCount),
    Image: spec.image,
    ...(spec.command ? { Entrypoint: [...spec.command] } : {}),
    ...(spec.args ? { Cmd: [...spec.args] } : {}),
    Env: spec.env.map(([name, value]) => `${name}=${value}`),
    ...(spec.workingDir ? { WorkingDir: spec.workingDir } : {}),
    ...(spec.security.user === undefined ? {} : { User: spec.security.user }),
    OpenStdin: spec.stdin,
    StdinOnce: spec.stdinOnce,
    Tty: spec.tty,
    ...(spec.stopSignal ? { StopSignal: spec.stopSignal } : {}),
    // Kubernetes has its own probes and ignores the image's.
    Healthcheck: { Test: ["NONE"] },
    Labels: {
      ...spec.labels,
      ...identityLabels(owner, spec.pod, "container", spec.restartCount),
      [LABEL.containerName]: spec.name,
      [LABEL.sandboxId]: spec.sandboxId,
    },
    HostConfig: {
      NetworkMode: `container:${spec.sandboxId}`,
      ...(spec.handler === undefined ? {} : { Runtime: spec.handler }),
      IpcMode: `container:${spec.sandboxId}`,
      ...(spec.security.shareProcessNamespace ? { PidMode: `container:${spec.sandboxId}` } : {}),
      Mounts: mounts(spec.mounts),
      ...limitOptions(spec.resources),
      ...(oomScoreAdj === undefined ? {} : { OomScoreAdj: Math.max(oomScoreAdj, facts.lowestOomScore) }),
      ...securityOptions(spec.security, seccompProfile, facts.version.hasAppArmor),
      LogConfig: LOG_CONFIG,
      RestartPolicy: { Name: "no" },
    },
  };
}

/** The limits that can also change while the container runs. */
export function limitOptions({ cpuShares, cpuQuota, memoryLimitBytes }: ContainerLimits): HostConfig {
  return {
    ...(cpuShares === undefined ? {} : { CpuShares: cpuShares }),
    ...(cpuQuota === undefined ? {} : { CpuPeriod: CPU_PERIOD_MICROSECONDS, CpuQuota: cpuQuota }),
    // Equal limits leave no swap; with only the first one set, the engine would grant as much swap again.
    ...(memoryLimitBytes === undefined ? {} : { Memory: memoryLimitBytes, MemorySwap: memoryLimitBytes }),
  };
}

function securityOptions(
  security: ContainerSecurity,
  seccompProfile: string | undefined,
  hasAppArmor: boolean,
): HostConfig {
  return {
    Privileged: security.privileged,
    ReadonlyRootfs: security.readOnlyRootFilesystem,
    GroupAdd: security.supplementalGroups.map(String),
    CapAdd: [...security.addCapabilities],
    CapDrop: [...security.dropCapabilities],
    ...(security.unmaskedProc ? { MaskedPaths: [], ReadonlyPaths: [] } : {}),
    SecurityOpt: [
      ...(hasAppArmor && security.appArmorProfile !== undefined ? [`apparmor=${security.appArmorProfile}`] : []),
      ...(security.allowPrivilegeEscalation ? [] : ["no-new-privileges"]),
      ...(security.seccomp === "Unconfined" ? ["seccomp=unconfined"] : []),
      ...(seccompProfile === undefined ? [] : [`seccomp=${seccompProfile}`]),
    ],
  };
}

/** Newer engines make everything below read-only unless told otherwise, and Kubernetes does not; older ones do not know these options. */
function recursion({ readOnly, isRecursivelyReadOnly }: Mount): object {
  if (!readOnly) return {};
  return isRecursivelyReadOnly ? { ReadOnlyForceRecursive: true } : { ReadOnlyNonRecursive: true };
}

const PROPAGATION = { None: "rprivate", HostToContainer: "rslave", Bidirectional: "rshared" } as const;

function mounts(wanted: readonly Mount[]): MountConfig {
  return wanted.map((mount) => ({
    Type: "bind",
    Source: mount.hostPath,
    Target: mount.containerPath,
    ReadOnly: mount.readOnly,
    BindOptions: { Propagation: PROPAGATION[mount.propagation], ...recursion(mount) },
  }));
}
