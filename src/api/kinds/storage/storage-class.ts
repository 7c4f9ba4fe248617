import type { Kind } from "../../kind.ts";
import { storageclasses } from "../../resources.ts";
import type { StorageClass } from "../../types/storage-v1.ts";
import { nameColumn, ageColumn, text } from "../columns.ts";
import { defineKind } from "../define-kind.ts";
import { nameAndDefault } from "../list-text.ts";
import { validateStorageClass, validateStorageClassUpdate } from "./storage-class-validation.ts";

export const storageClass: Kind<StorageClass> = defineKind<StorageClass>({
  type: storageclasses,
  shortNames: ["sc"],
  columns: [
    {
      ...nameColumn,
      value: ({ metadata }) =>
        nameAndDefault(metadata, [
          "storageclass.kubernetes.io/is-default-class",
          "storageclass.beta.kubernetes.io/is-default-class",
        ]),
    },
    text("Provisioner", ({ provisioner }) => provisioner),
    text("ReclaimPolicy", ({ reclaimPolicy }) => reclaimPolicy ?? "Delete"),
    text("VolumeBindingMode", ({ volumeBindingMode }) => volumeBindingMode ?? "Immediate"),
    text("AllowVolumeExpansion", ({ allowVolumeExpansion }) => allowVolumeExpansion ?? false),
    ageColumn,
  ],
  defaults(draft) {
    draft.reclaimPolicy ??= "Delete";
    draft.volumeBindingMode ??= "Immediate";
  },
  strategy: {
    validate: validateStorageClass,
    validateUpdate: validateStorageClassUpdate,
    returnsDeletedObject: true,
  },
});
