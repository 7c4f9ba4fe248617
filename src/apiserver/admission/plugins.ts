import type { ObjectReader } from "../object-reader.ts";
import type { AdmissionPlugin } from "./admission.ts";
import { defaultTolerationSeconds } from "./default-toleration-seconds.ts";
import { namespaceLifecycle } from "./namespace-lifecycle.ts";
import { priority } from "./priority.ts";
import { serviceAccount } from "./service-account.ts";

/** In the order in which Kubernetes runs them (pkg/kubeapiserver/options/plugins.go). */
export const admissionPlugins = (reader: ObjectReader): readonly AdmissionPlugin[] => [
  namespaceLifecycle(reader),
  serviceAccount(reader),
  priority(reader),
  defaultTolerationSeconds,
];
