import type { Kind } from "../../kind.ts";
import { volumeattributesclasses } from "../../resources.ts";
import type { VolumeAttributesClass } from "../../types/storage-v1.ts";
import { defineKind } from "../define-kind.ts";

export const volumeAttributesClass: Kind<VolumeAttributesClass> = defineKind<VolumeAttributesClass>({
  type: volumeattributesclasses,
  shortNames: ["vac"],
});
