/** What hardened pods must say of themselves: the restricted level of the pod security standards. */
import type { Volume } from "../../../api/types/core-v1.ts";
import { badSeccompContainers, isSafeProfile, procMount, seccompDetail } from "./baseline-checks.ts";
import {
  type Check,
  type CheckPod,
  containersOf,
  named,
  plural,
  quotedList,
  settersOf,
  sortedSet,
  unlessUserNamespace,
  unlessWindows,
} from "./check.ts";

const privilegeEscalation: CheckPod = (pod) => {
  const bad = containersOf(pod).filter(({ securityContext }) => securityContext?.allowPrivilegeEscalation !== false);
  if (bad.length === 0) return undefined;
  return {
    reason: "allowPrivilegeEscalation != false",
    detail: `${named(bad)} must set securityContext.allowPrivilegeEscalation=false`,
  };
};

const capabilities: CheckPod = (pod) => {
  const containers = containersOf(pod);
  const keeping = containers.filter(({ securityContext }) => !securityContext?.capabilities?.drop?.includes("ALL"));
  const extraOf = (container: (typeof containers)[number]): readonly string[] =>
    (container.securityContext?.capabilities?.add ?? []).filter((each) => each !== "NET_BIND_SERVICE");
  const adding = containers.filter((container) => extraOf(container).length > 0);
  const details = [
    ...(keeping.length > 0 ? [`${named(keeping)} must set securityContext.capabilities.drop=["ALL"]`] : []),
    ...(adding.length > 0
      ? [
          `${named(adding)} must not include ${quotedList(sortedSet(adding.flatMap(extraOf)))} in securityContext.capabilities.add`,
        ]
      : []),
  ];
  return details.length === 0 ? undefined : { reason: "unrestricted capabilities", detail: details.join("; ") };
};

const ALLOWED_VOLUMES = [
  "configMap",
  "csi",
  "downwardAPI",
  "emptyDir",
  "ephemeral",
  "image",
  "persistentVolumeClaim",
  "projected",
  "secret",
] as const;

const RESTRICTED_VOLUMES = [
  "hostPath",
  "gcePersistentDisk",
  "awsElasticBlockStore",
  "gitRepo",
  "nfs",
  "iscsi",
  "glusterfs",
  "rbd",
  "flexVolume",
  "cinder",
  "cephfs",
  "flocker",
  "fc",
  "azureFile",
  "vsphereVolume",
  "quobyte",
  "azureDisk",
  "photonPersistentDisk",
  "portworxVolume",
  "scaleIO",
  "storageos",
] as readonly (keyof Volume)[];

const volumes: CheckPod = ({ spec }) => {
  const bad = (spec.volumes ?? []).filter((volume) => !ALLOWED_VOLUMES.some((type) => volume[type] !== undefined));
  if (bad.length === 0) return undefined;
  const types = sortedSet(
    bad.map((volume) => RESTRICTED_VOLUMES.find((type) => volume[type] !== undefined) ?? "unknown"),
  );
  const names = quotedList(bad.map(({ name }) => name));
  return {
    reason: "restricted volume types",
    detail: `${plural(bad.length, "volume")} ${names} ${plural(bad.length, "uses", "use")} ${plural(types.length, "restricted volume type")} ${quotedList(types)}`,
  };
};

const nonRoot: CheckPod = (pod) => {
  const own = pod.spec.securityContext?.runAsNonRoot;
  const containers = containersOf(pod);
  const explicit = containers.filter(({ securityContext }) => securityContext?.runAsNonRoot === false);
  const reason = "runAsNonRoot != true";
  const setters = settersOf(own === false, explicit);
  if (setters !== "") return { reason, detail: `${setters} must not set securityContext.runAsNonRoot=false` };
  const implicit = own ? [] : containers.filter(({ securityContext }) => securityContext?.runAsNonRoot === undefined);
  if (implicit.length === 0) return undefined;
  return { reason, detail: `pod or ${named(implicit)} must set securityContext.runAsNonRoot=true` };
};

const user: CheckPod = (pod) => {
  const bad = containersOf(pod).filter(({ securityContext }) => securityContext?.runAsUser === 0);
  const setters = settersOf(pod.spec.securityContext?.runAsUser === 0, bad);
  return setters === "" ? undefined : { reason: "runAsUser=0", detail: `${setters} must not set runAsUser=0` };
};

const seccomp: CheckPod = (pod) => {
  const own = pod.spec.securityContext?.seccompProfile;
  const isPodBad = own !== undefined && !isSafeProfile(own.type);
  const bad = badSeccompContainers(pod);
  if (isPodBad || bad.length > 0) return { reason: "seccompProfile", detail: seccompDetail(pod, isPodBad, bad) };
  const silent = own ? [] : containersOf(pod).filter(({ securityContext }) => !securityContext?.seccompProfile);
  if (silent.length === 0) return undefined;
  return {
    reason: "seccompProfile",
    detail: `pod or ${named(silent)} must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost"`,
  };
};

/** In the order of their ids, in which they are reported. */
export const RESTRICTED_CHECKS: readonly Check[] = [
  {
    id: "allowPrivilegeEscalation",
    versions: [
      [8, privilegeEscalation],
      [25, unlessWindows(privilegeEscalation)],
    ],
  },
  {
    id: "capabilities_restricted",
    versions: [
      [22, capabilities],
      [25, unlessWindows(capabilities)],
    ],
    overrides: ["capabilities_baseline"],
  },
  { id: "procMount_restricted", versions: [[35, procMount]], overrides: ["procMount"] },
  { id: "restrictedVolumes", versions: [[0, volumes]], overrides: ["hostPathVolumes"] },
  {
    id: "runAsNonRoot",
    versions: [
      [0, nonRoot],
      [35, unlessUserNamespace(nonRoot)],
    ],
  },
  {
    id: "runAsUser",
    versions: [
      [23, user],
      [35, unlessUserNamespace(user)],
    ],
  },
  {
    id: "seccompProfile_restricted",
    versions: [
      [19, seccomp],
      [25, unlessWindows(seccomp)],
    ],
    overrides: ["seccompProfile_baseline"],
  },
];
