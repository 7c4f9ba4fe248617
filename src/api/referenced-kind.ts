import type { Pod, Volume } from "./types/core-v1.ts";

/** The first kind of API object that a pod cannot do without: a pod from a file of its node must not need any. */
export function referencedKind({ spec }: Pod): string | undefined {
  if (!spec) return undefined;
  if (spec.serviceAccountName) return "serviceaccounts";
  const { volumes = [] } = spec;
  const containers = [...(spec.initContainers ?? []), ...spec.containers, ...(spec.ephemeralContainers ?? [])];
  const sources = containers.flatMap(({ env = [], envFrom = [] }) => [
    ...envFrom.map(({ secretRef, configMapRef }) => ({ secret: secretRef, configMap: configMapRef })),
    ...env.map(({ valueFrom }) => ({ secret: valueFrom?.secretKeyRef, configMap: valueFrom?.configMapKeyRef })),
  ]);
  if (spec.imagePullSecrets?.length || sources.some(({ secret }) => secret) || volumes.some(needsSecret)) {
    return "secrets";
  }
  if (sources.some(({ configMap }) => configMap) || volumes.some(needsConfigMap)) return "configmaps";
  if (spec.resourceClaims?.length) return "resourceclaims";
  return volumes.map(kindOf).find((kind) => kind !== undefined);
}

const needsSecret = (volume: Volume): boolean =>
  [
    volume.secret,
    volume.azureFile,
    volume.cephfs?.secretRef,
    volume.cinder?.secretRef,
    volume.flexVolume?.secretRef,
    volume.rbd?.secretRef,
    volume.scaleIO,
    volume.iscsi?.secretRef,
    volume.storageos?.secretRef,
    volume.csi?.nodePublishSecretRef,
  ].some((each) => each !== undefined) || (volume.projected?.sources ?? []).some(({ secret }) => secret !== undefined);

const needsConfigMap = ({ configMap, projected }: Volume): boolean =>
  configMap !== undefined || (projected?.sources ?? []).some((source) => source.configMap !== undefined);

function kindOf(volume: Volume): string | undefined {
  if (volume.csi) return "csidrivers (via CSI volumes)";
  if (volume.glusterfs) return "endpoints (via glusterFS volumes)";
  if (volume.persistentVolumeClaim) return "persistentvolumeclaims";
  if (volume.ephemeral) return "persistentvolumeclaims (via ephemeral volumes)";
  for (const source of volume.projected?.sources ?? []) {
    if (source.serviceAccountToken) return "serviceaccounts (via projected volumes)";
    if (source.clusterTrustBundle) return "clustertrustbundles";
    if (source.podCertificate) return "podcertificates";
  }
  return undefined;
}
