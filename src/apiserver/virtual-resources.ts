import { componentStatuses } from "./component-statuses.ts";
import type { Handlers } from "./handlers.ts";
import { nodeMetrics } from "./metrics/node-metrics.ts";
import { podMetrics } from "./metrics/pod-metrics.ts";
import {
  localSubjectAccessReview,
  selfSubjectAccessReview,
  selfSubjectRulesReview,
  subjectAccessReview,
} from "./reviews/access-reviews.ts";
import { selfSubjectReview } from "./reviews/self-subject-review.ts";
import { tokenReview } from "./reviews/token-review.ts";
import { binding } from "./subresources/binding.ts";

/** Resources that are questions, commands or measurements: nothing of them is ever stored. By their qualified name. */
export const virtualResources: Readonly<Record<string, Handlers>> = {
  bindings: binding,
  componentstatuses: componentStatuses,
  "localsubjectaccessreviews.authorization.k8s.io": localSubjectAccessReview,
  "nodes.metrics.k8s.io": nodeMetrics,
  "pods.metrics.k8s.io": podMetrics,
  "selfsubjectaccessreviews.authorization.k8s.io": selfSubjectAccessReview,
  "selfsubjectreviews.authentication.k8s.io": selfSubjectReview,
  "selfsubjectrulesreviews.authorization.k8s.io": selfSubjectRulesReview,
  "subjectaccessreviews.authorization.k8s.io": subjectAccessReview,
  "tokenreviews.authentication.k8s.io": tokenReview,
};
