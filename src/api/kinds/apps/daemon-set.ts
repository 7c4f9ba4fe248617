import type { Kind } from "../../kind.ts";
import { daemonsets } from "../../resources.ts";
import type { DaemonSet } from "../../types/apps-v1.ts";
import { defineKind } from "../define-kind.ts";

export const daemonSet: Kind<DaemonSet> = defineKind<DaemonSet>({
  type: daemonsets,
  shortNames: ["ds"],
  categories: ["all"],
  strategy: {
    desiredState: ({ spec }) => spec,
  },
  subresources: [{ name: "status" }],
});
