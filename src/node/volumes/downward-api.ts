import type { DownwardAPIVolumeFile } from "../../api/types/core-v1.ts";
import { fieldValue, resourceValue } from "../container/downward-values.ts";
import { DEFAULT_MODE } from "./keyed-files.ts";
import type { FileVolume, VolumeContext, VolumeFile } from "./volume.ts";

export const downwardApiVolume: FileVolume = {
  shape: "files",
  source: "downwardAPI",
  async files({ downwardAPI = {} }, context) {
    const { items = [], defaultMode = DEFAULT_MODE } = downwardAPI;
    return { files: downwardFiles(items, defaultMode, context) };
  },
};

export function downwardFiles(
  items: readonly DownwardAPIVolumeFile[],
  defaultMode: number,
  { pod, downward }: Pick<VolumeContext, "pod" | "downward">,
): VolumeFile[] {
  return items.map(({ path, fieldRef, resourceFieldRef, mode = defaultMode }) => {
    const text = fieldRef
      ? fieldValue(fieldRef, pod, downward)
      : resourceFieldRef
        ? resourceValue(resourceFieldRef, pod, undefined, downward)
        : "";
    return { path, bytes: Buffer.from(text, "utf8"), mode };
  });
}
