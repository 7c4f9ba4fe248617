import type { Kind } from "../../kind.ts";
import { jobs } from "../../resources.ts";
import type { Job } from "../../types/batch-v1.ts";
import { defineKind } from "../define-kind.ts";

export const job: Kind<Job> = defineKind<Job>({
  type: jobs,
  categories: ["all"],
  selectableFields: {
    fields: { "status.successful": ({ status }) => String(status?.succeeded ?? 0) },
    refusal: (label) => `field label ${JSON.stringify(label)} not supported for Job`,
  },
  strategy: {
    desiredState: ({ spec }) => spec,
    defaultPropagation: "orphan",
  },
  subresources: [{ name: "status" }],
});
