import type { SecretProjection } from "../../api/types/core-v1.ts";
import { DEFAULT_MODE, keyedFiles } from "./keyed-files.ts";
import { type FileVolume, type VolumeContext, VolumeError, type VolumeFile } from "./volume.ts";

export const secretVolume: FileVolume = {
  shape: "files",
  source: "secret",
  async files({ secret = {} }, context) {
    const { secretName, items, optional, defaultMode = DEFAULT_MODE } = secret;
    return { files: secretFiles({ name: secretName, items, optional }, defaultMode, context) };
  },
};

/** Throws VolumeError when the Secret, or a key asked for, is missing and not optional. */
export function secretFiles(
  { name = "", items, optional = false }: SecretProjection,
  defaultMode: number,
  context: Pick<VolumeContext, "secret">,
): VolumeFile[] {
  const found = context.secret(name);
  if (!found && !optional) throw new VolumeError(`secret "${name}" not found`);
  const contents = Object.entries(found?.data ?? {}).map(([key, text]) => [key, Buffer.from(text, "base64")] as const);
  return keyedFiles(new Map(contents), items, { defaultMode, optional });
}
