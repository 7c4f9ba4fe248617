import type { Kind } from "../../kind.ts";
import { volumeattributesclasses } from "../../resources.ts";
import type { VolumeAttributesClass } from "../../types/storage-v1.ts";
import { nameColumn, ageColumn, text } from "../columns.ts";
import { defineKind } from "../define-kind.ts";
import {
  validateVolumeAttributesClass,
  validateVolumeAttributesClassUpdate,
} from "./volume-attributes-class-validation.ts";

export const volumeAttributesClass: Kind<VolumeAttributesClass> = defineKind<VolumeAttributesClass>({
  type: volumeattributesclasses,
  shortNames: ["vac"],
  columns: [nameColumn, text("DriverName", ({ driverName }) => driverName), ageColumn],
  strategy: {
    validate: validateVolumeAttributesClass,
    validateUpdate: validateVolumeAttributesClassUpdate,
    returnsDeletedObject: true,
  },
});
