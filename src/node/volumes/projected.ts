import type { ServiceAccountTokenProjection, VolumeProjection } from "../../api/types/core-v1.ts";
import { configMapFiles } from "./config-map.ts";
import { downwardFiles } from "./downward-api.ts";
import { DEFAULT_MODE } from "./keyed-files.ts";
import { secretFiles } from "./secret.ts";
import { type FileVolume, type VolumeContext, VolumeError, type VolumeFiles } from "./volume.ts";

const DEFAULT_TOKEN_SECONDS = 3600;

/** Several sources in one directory; a later one wins where two give the same path. */
export const projectedVolume: FileVolume = {
  shape: "files",
  source: "projected",
  async files({ projected = {} }, context) {
    const { sources = [], defaultMode = DEFAULT_MODE } = projected;
    const parts = await Promise.all(sources.map((source) => projectionFiles(source, defaultMode, context)));
    const byPath = new Map(parts.flatMap(({ files }) => files).map((file) => [file.path, file]));
    const refreshTimes = parts.flatMap(({ refreshAt }) => refreshAt ?? []);
    return {
      files: [...byPath.values()],
      refreshAt: refreshTimes.length > 0 ? Math.min(...refreshTimes) : undefined,
    };
  },
};

async function projectionFiles(
  source: VolumeProjection,
  defaultMode: number,
  context: VolumeContext,
): Promise<VolumeFiles> {
  if (source.configMap) return { files: configMapFiles(source.configMap, defaultMode, context) };
  if (source.secret) return { files: secretFiles(source.secret, defaultMode, context) };
  if (source.downwardAPI) return { files: downwardFiles(source.downwardAPI.items ?? [], defaultMode, context) };
  if (source.serviceAccountToken) return tokenFile(source.serviceAccountToken, defaultMode, context);
  throw new VolumeError(`projected source "${Object.keys(source)[0] ?? ""}" is not supported on this node`);
}

/**
 * A token is for its user's eyes. Everyone may read it only where the pod's user cannot be known or told from others
 * (pkg/volume/projected/projected.go).
 */
async function tokenFile(
  { audience, expirationSeconds = DEFAULT_TOKEN_SECONDS, path }: ServiceAccountTokenProjection,
  defaultMode: number,
  context: VolumeContext,
): Promise<VolumeFiles> {
  const { token, refreshAt } = await context.requestToken({ audience: audience || undefined, expirationSeconds });
  const { securityContext, containers = [], initContainers = [] } = context.pod.spec ?? {};
  const users = new Set(
    [...containers, ...initContainers].map((one) => one.securityContext?.runAsUser ?? securityContext?.runAsUser),
  );
  const [user] = users;
  const mode =
    securityContext?.fsGroup === undefined ? (users.size === 1 && user !== undefined ? 0o600 : defaultMode) : 0o600;
  const uid = mode === 0o600 && securityContext?.fsGroup === undefined ? user : undefined;
  return { files: [{ path, bytes: Buffer.from(token, "utf8"), mode, uid }], refreshAt };
}
