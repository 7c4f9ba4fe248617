import type { Authorizer } from "../auth/authorizer.ts";
import type { ObjectReader } from "../object-reader.ts";
import type { AdmissionPlugin } from "./admission.ts";
import { defaultTolerationSeconds } from "./default-toleration-seconds.ts";
import { namespaceLifecycle } from "./namespace-lifecycle.ts";
import { priority } from "./priority.ts";
import { rbacEscalation } from "./rbac-escalation.ts";
import { serviceAccount } from "./service-account.ts";

/** In the order in which Kubernetes runs them (pkg/kubeapiserver/options/plugins.go). */
export const admissionPlugins = (reader: ObjectReader, authorizer: Authorizer): readonly AdmissionPlugin[] => [
  namespaceLifecycle(reader),
  serviceAccount(reader),
  priority(reader),
  defaultTolerationSeconds,
  rbacEscalation(reader, authorizer),
];
