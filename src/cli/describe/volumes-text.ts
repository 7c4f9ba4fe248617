import { canonicalQuantity, compareQuantities, parseQuantity, ZERO } from "../../api/quantity.ts";
import type { PersistentVolumeSpec, ProjectedVolumeSource, Volume } from "../../api/types/core-v1.ts";
import type { DescribeText } from "./describe-text.ts";

/** The volumes of a pod, or in a pod template one step further in. */
export function volumesSection(out: DescribeText, volumes: readonly Volume[] | undefined, indent: "" | "  "): void {
  if (!volumes || volumes.length === 0) return out.line(0, `${indent}Volumes:`, "<none>");
  out.line(0, `${indent}Volumes:`);
  for (const volume of volumes) {
    out.line(1, `${indent === "" ? "" : " "}${volume.name}:`);
    const rows = volumeRows(volume);
    if (rows.length === 0) out.line(1, "<unknown>");
    for (const [title, value] of rows) out.line(2, `${title}:`, value);
  }
}

type Row = readonly [title: string, value: string];

const yesNo = (value: boolean | undefined): string => String(value ?? false);

function volumeRows(volume: Volume): readonly Row[] {
  const { hostPath, emptyDir, secret, configMap, persistentVolumeClaim: claim, projected, downwardAPI } = volume;
  if (hostPath)
    return [
      ["Type", "HostPath (bare host directory volume)"],
      ["Path", hostPath.path],
      ["HostPathType", hostPath.type ?? "<none>"],
    ];
  if (emptyDir)
    return [
      ["Type", "EmptyDir (a temporary directory that shares a pod's lifetime)"],
      ["Medium", emptyDir.medium ?? ""],
      ["SizeLimit", sizeLimit(emptyDir.sizeLimit)],
    ];
  if (secret)
    return [
      ["Type", "Secret (a volume populated by a Secret)"],
      ["SecretName", secret.secretName ?? ""],
      ["Optional", yesNo(secret.optional)],
    ];
  if (configMap)
    return [
      ["Type", "ConfigMap (a volume populated by a ConfigMap)"],
      ["Name", configMap.name ?? ""],
      ["Optional", yesNo(configMap.optional)],
    ];
  if (claim)
    return [
      ["Type", "PersistentVolumeClaim (a reference to a PersistentVolumeClaim in the same namespace)"],
      ["ClaimName", claim.claimName],
      ["ReadOnly", yesNo(claim.readOnly)],
    ];
  if (projected) return projectedRows(projected);
  if (downwardAPI)
    return [
      ["Type", "DownwardAPI (a volume populated by information about the pod)"],
      ["Items", ""],
      ...(downwardAPI.items ?? []).map(({ fieldRef, resourceFieldRef, path }): Row => {
        const source = fieldRef?.fieldPath ?? resourceFieldRef?.resource ?? "";
        return [`  ${source} -> ${path}`, ""];
      }),
    ];
  return otherRows(volume);
}

const sizeLimit = (limit: string | number | undefined): string =>
  limit !== undefined && compareQuantities(parseQuantity(limit), ZERO) > 0 ? canonicalQuantity(limit) : "<unset>";

function projectedRows({ sources }: ProjectedVolumeSource): readonly Row[] {
  return [
    ["Type", "Projected (a volume that contains injected data from multiple sources)"],
    ...(sources ?? []).flatMap(({ secret, configMap, downwardAPI, serviceAccountToken }): readonly Row[] => {
      if (secret)
        return [
          ["SecretName", secret.name ?? ""],
          ["Optional", yesNo(secret.optional)],
        ];
      if (downwardAPI) return [["DownwardAPI", "true"]];
      if (configMap)
        return [
          ["ConfigMapName", configMap.name ?? ""],
          ["Optional", yesNo(configMap.optional)],
        ];
      return serviceAccountToken
        ? [["TokenExpirationSeconds", String(serviceAccountToken.expirationSeconds ?? 0)]]
        : [];
    }),
  ];
}

/** What a PersistentVolume consists of. */
export function persistentVolumeRows(spec: PersistentVolumeSpec | undefined): readonly Row[] {
  const { hostPath, csi, local, nfs } = spec ?? {};
  if (hostPath) return volumeRows({ name: "", hostPath });
  if (nfs) return volumeRows({ name: "", nfs });
  if (local)
    return [
      ["Type", "LocalVolume (a persistent volume backed by local storage on a node)"],
      ["Path", local.path],
    ];
  if (!csi) return [];
  const attributes = Object.keys(csi.volumeAttributes ?? {})
    .toSorted()
    .map((key) => `${key}=${csi.volumeAttributes?.[key] ?? ""}`);
  return [
    ["Type", "CSI (a Container Storage Interface (CSI) volume source)"],
    ["Driver", csi.driver],
    ["FSType", csi.fsType ?? ""],
    ["VolumeHandle", csi.volumeHandle],
    ["ReadOnly", yesNo(csi.readOnly)],
    ["VolumeAttributes", attributes.join(",") || "<none>"],
  ];
}

function otherRows({ nfs, csi, image, ephemeral }: Volume): readonly Row[] {
  if (nfs)
    return [
      ["Type", "NFS (an NFS mount that lasts the lifetime of a pod)"],
      ["Server", nfs.server],
      ["Path", nfs.path],
      ["ReadOnly", yesNo(nfs.readOnly)],
    ];
  if (csi)
    return [
      ["Type", "CSI (a Container Storage Interface (CSI) volume source)"],
      ["Driver", csi.driver],
      ["FSType", csi.fsType ?? ""],
      ["ReadOnly", yesNo(csi.readOnly)],
    ];
  if (image)
    return [
      ["Type", "Image (a container image or OCI artifact)"],
      ["Reference", image.reference ?? ""],
      ["PullPolicy", image.pullPolicy ?? ""],
    ];
  if (ephemeral)
    return [
      ["Type", "EphemeralVolume (an inline specification for a volume that gets created and deleted with the pod)"],
    ];
  return [];
}
