import type { Kind } from "../../kind.ts";
import { deviceclasses } from "../../resources.ts";
import type { DeviceClass } from "../../types/resource-v1.ts";
import { nameColumn, ageColumn } from "../columns.ts";
import { defineKind } from "../define-kind.ts";

export const deviceClass: Kind<DeviceClass> = defineKind<DeviceClass>({
  type: deviceclasses,
  columns: [nameColumn, ageColumn],
  strategy: {
    returnsDeletedObject: true,
    desiredState: ({ spec }) => spec,
  },
});
