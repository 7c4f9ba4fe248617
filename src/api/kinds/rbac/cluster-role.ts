import type { Kind } from "../../kind.ts";
import { clusterroles } from "../../resources.ts";
import type { ClusterRole } from "../../types/rbac-v1.ts";
import { defineKind } from "../define-kind.ts";

export const clusterRole: Kind<ClusterRole> = defineKind<ClusterRole>({
  type: clusterroles,
  strategy: {
    nameFormat: "path-segment",
    allowsCreateOnUpdate: true,
  },
});
