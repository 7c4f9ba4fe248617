import type { Kind } from "../../kind.ts";
import { configmaps } from "../../resources.ts";
import type { ConfigMap } from "../../types/core-v1.ts";
import { defineKind } from "../define-kind.ts";

export const configMap: Kind<ConfigMap> = defineKind<ConfigMap>({
  type: configmaps,
  shortNames: ["cm"],
});
