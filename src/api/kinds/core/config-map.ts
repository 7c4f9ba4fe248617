import type { Kind } from "../../kind.ts";
import { configmaps } from "../../resources.ts";
import type { ConfigMap } from "../../types/core-v1.ts";
import { nameColumn, ageColumn, text } from "../columns.ts";
import { defineKind } from "../define-kind.ts";

export const configMap: Kind<ConfigMap> = defineKind<ConfigMap>({
  type: configmaps,
  shortNames: ["cm"],
  columns: [
    nameColumn,
    text("Data", ({ data = {}, binaryData = {} }) => Object.keys(data).length + Object.keys(binaryData).length),
    ageColumn,
  ],
});
