import type { Kind } from "../../kind.ts";
import { volumeattachments } from "../../resources.ts";
import type { VolumeAttachment } from "../../types/storage-v1.ts";
import { defineKind } from "../define-kind.ts";

export const volumeAttachment: Kind<VolumeAttachment> = defineKind<VolumeAttachment>({
  type: volumeattachments,
  strategy: {
    allowsUnconditionalUpdate: false,
  },
  subresources: [{ name: "status" }],
});
