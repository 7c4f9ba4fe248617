import type { KeyToPath } from "../../api/types/core-v1.ts";
import { VolumeError, type VolumeFile } from "./volume.ts";

export const DEFAULT_MODE = 0o644;

/** Files from the keys of a ConfigMap or Secret: all of them, or those that `items` picks. */
export function keyedFiles(
  contents: ReadonlyMap<string, Uint8Array>,
  items: readonly KeyToPath[] | undefined,
  options: { readonly defaultMode: number; readonly optional: boolean },
): VolumeFile[] {
  const { defaultMode, optional } = options;
  if (!items || items.length === 0) {
    return [...contents].map(([path, bytes]) => ({ path, bytes, mode: defaultMode }));
  }
  return items.flatMap(({ key, path, mode = defaultMode }) => {
    const bytes = contents.get(key);
    if (bytes) return [{ path, bytes, mode }];
    if (optional) return [];
    throw new VolumeError(`references non-existent config key: ${key}`);
  });
}
