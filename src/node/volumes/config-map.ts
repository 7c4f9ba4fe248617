import type { ConfigMap, ConfigMapProjection } from "../../api/types/core-v1.ts";
import { DEFAULT_MODE, keyedFiles } from "./keyed-files.ts";
import { type FileVolume, type VolumeContext, VolumeError, type VolumeFile } from "./volume.ts";

export const configMapVolume: FileVolume = {
  shape: "files",
  source: "configMap",
  async files({ configMap = {} }, context) {
    return { files: configMapFiles(configMap, configMap.defaultMode ?? DEFAULT_MODE, context) };
  },
};

/** Throws VolumeError when the ConfigMap, or a key asked for, is missing and not optional. */
export function configMapFiles(
  { name = "", items, optional = false }: ConfigMapProjection,
  defaultMode: number,
  context: Pick<VolumeContext, "configMap">,
): VolumeFile[] {
  const found = context.configMap(name);
  if (!found && !optional) throw new VolumeError(`configmap "${name}" not found`);
  return keyedFiles(contentsOf(found), items, { defaultMode, optional });
}

function contentsOf(configMap: ConfigMap | undefined): Map<string, Uint8Array> {
  return new Map<string, Uint8Array>([
    ...Object.entries(configMap?.data ?? {}).map(([key, text]) => [key, Buffer.from(text, "utf8")] as const),
    ...Object.entries(configMap?.binaryData ?? {}).map(([key, text]) => [key, Buffer.from(text, "base64")] as const),
  ]);
}
