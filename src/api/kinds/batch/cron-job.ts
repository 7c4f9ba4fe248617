import type { Kind } from "../../kind.ts";
import { cronjobs } from "../../resources.ts";
import type { CronJob } from "../../types/batch-v1.ts";
import { defineKind } from "../define-kind.ts";

export const cronJob: Kind<CronJob> = defineKind<CronJob>({
  type: cronjobs,
  shortNames: ["cj"],
  categories: ["all"],
  strategy: {
    desiredState: ({ spec }) => spec,
  },
  subresources: [{ name: "status" }],
});
