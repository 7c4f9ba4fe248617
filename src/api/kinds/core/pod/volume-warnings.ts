import { at, child } from "../../../field-errors.ts";
import type { Volume, VolumeProjection } from "../../../types/core-v1.ts";
import { claimSpecWarnings } from "../claim-spec-warnings.ts";

/** Sources that no longer work, and files of one volume that hide each other. */
export function volumeWarnings(volumes: readonly Volume[], path: string): string[] {
  return [
    ...volumes.flatMap((volume, index) => sourceWarnings(volume, at(path, index))),
    ...volumes.flatMap(overlapWarnings),
  ];
}

/** `shown` is how upstream spells the path. */
const DEPRECATED_SOURCES: readonly { source: keyof Volume; shown?: string; message: string }[] = [
  { source: "photonPersistentDisk", message: "deprecated in v1.11, non-functional in v1.16+" },
  { source: "gitRepo", message: "deprecated in v1.11, and disabled by default in v1.33+" },
  { source: "scaleIO", message: "deprecated in v1.16, non-functional in v1.22+" },
  { source: "flocker", message: "deprecated in v1.22, non-functional in v1.25+" },
  { source: "storageos", shown: "storageOS", message: "deprecated in v1.22, non-functional in v1.25+" },
  { source: "quobyte", message: "deprecated in v1.22, non-functional in v1.25+" },
  { source: "glusterfs", message: "deprecated in v1.25, non-functional in v1.26+" },
  { source: "cephfs", message: "deprecated in v1.28, non-functional in v1.31+" },
  { source: "rbd", message: "deprecated in v1.28, non-functional in v1.31+" },
];

function sourceWarnings(volume: Volume, path: string): string[] {
  return [
    ...DEPRECATED_SOURCES.filter(({ source }) => volume[source] !== undefined).map(
      ({ source, shown = source, message }) => `${child(path, shown)}: ${message}`,
    ),
    ...claimSpecWarnings(volume.ephemeral?.volumeClaimTemplate?.spec, `${path}.ephemeral.volumeClaimTemplate.spec`),
  ];
}

/** A file of a volume and, in projected ones, what it comes from. */
interface PlacedFile {
  readonly path: string;
  readonly source: string;
}

type Item = { readonly path: string };

const placed = (items: readonly Item[] | undefined, source = ""): PlacedFile[] =>
  (items ?? []).map(({ path }) => ({ path, source }));

function overlapWarnings({ name, configMap, secret, downwardAPI, projected }: Volume): string[] {
  const warning = (kind: string) => (overlap: string) => `volume "${name}" (${kind}): overlapping paths: ${overlap}`;
  return [
    ...overlaps(placed(configMap?.items)).map(warning(`ConfigMap "${configMap?.name ?? ""}"`)),
    ...overlaps(placed(secret?.items)).map(warning(`Secret "${secret?.secretName ?? ""}"`)),
    ...overlaps(placed(downwardAPI?.items)).map(warning("DownwardAPI")),
    ...(projected?.sources ?? [])
      .filter((source) => Object.values(source).every((each) => each === undefined))
      .map(() => `volume "${name}" (Projected) has no sources provided`),
    ...overlaps((projected?.sources ?? []).flatMap(projectedFiles)).map(warning("Projected")),
  ];
}

function projectedFiles(source: VolumeProjection): PlacedFile[] {
  const { configMap, secret, downwardAPI, serviceAccountToken, clusterTrustBundle, podCertificate } = source;
  if (configMap?.items) return placed(configMap.items, `ConfigMap "${configMap.name ?? ""}"`);
  if (secret?.items) return placed(secret.items, `Secret "${secret.name ?? ""}"`);
  if (downwardAPI?.items) return placed(downwardAPI.items, "DownwardAPI");
  if (serviceAccountToken) return placed([serviceAccountToken], "ServiceAccountToken");
  if (clusterTrustBundle) {
    const { name, signerName } = clusterTrustBundle;
    return placed([clusterTrustBundle], `ClusterTrustBundle "${name ?? signerName ?? ""}"`);
  }
  const { certificateChainPath = "", keyPath = "", credentialBundlePath = "" } = podCertificate ?? {};
  return [
    { path: certificateChainPath, source: "PodCertificate chain" },
    { path: keyPath, source: "PodCertificate key" },
    { path: credentialBundlePath, source: "PodCertificate credential bundle" },
  ].filter(({ path }) => path !== "");
}

/** Each file with those before it that are the same, above it or below it. */
function overlaps(files: readonly PlacedFile[]): string[] {
  const trimmed = files.map(({ path, source }) => ({ path: path.replace(/\/+$/, ""), source }));
  return trimmed.flatMap((file, index) =>
    trimmed
      .slice(0, index)
      .filter((other) => doOverlap(file.path, other.path))
      .map((other) => `${shown(file)} with ${shown(other)}`),
  );
}

const doOverlap = (a: string, b: string): boolean =>
  a !== "" && b !== "" && (`${a}/`.startsWith(`${b}/`) || `${b}/`.startsWith(`${a}/`));

const shown = ({ path, source }: PlacedFile): string => (source === "" ? `"${path}"` : `"${path}" (${source})`);
