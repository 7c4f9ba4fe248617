import { chmod, chown, mkdir } from "node:fs/promises";

import type { EmptyDirVolumeSource } from "../../api/types/core-v1.ts";
import { wholeAmount } from "../resource-amounts.ts";
import { isMountPoint } from "./mount-points.ts";
import { runCommand } from "./run-command.ts";
import { type DirectoryVolume, VolumeError } from "./volume.ts";

/** An empty directory that lives as long as the pod, on disk or in memory. */
export const emptyDirVolume: DirectoryVolume = {
  shape: "directory",
  source: "emptyDir",
  async setUp({ emptyDir = {} }, { directory, pod }) {
    await mkdir(directory, { recursive: true });
    if (emptyDir.medium === "Memory") await mountMemory(directory, emptyDir);
    else if (emptyDir.medium?.startsWith("HugePages"))
      throw new VolumeError("huge pages are not supported on this node");
    // Everyone may write: the user of a container is not known here.
    const fsGroup = pod.spec?.securityContext?.fsGroup;
    const belongsToGroup = fsGroup !== undefined && process.getuid?.() === 0;
    if (belongsToGroup) await chown(directory, 0, fsGroup);
    await chmod(directory, belongsToGroup ? 0o2777 : 0o777);
    return directory;
  },
};

async function mountMemory(directory: string, { sizeLimit }: EmptyDirVolumeSource): Promise<void> {
  // Without root the directory stays on disk: the pod runs, only slower.
  if (process.getuid?.() !== 0 || (await isMountPoint(directory))) return;
  const bytes = wholeAmount(sizeLimit);
  const size = bytes > 0 ? ["-o", `size=${bytes}`] : [];
  await runCommand(["mount", "-t", "tmpfs", ...size, "tmpfs", directory]);
}
