import type { Kind } from "../../kind.ts";
import { apiservices } from "../../resources.ts";
import type { APIService } from "../../types/apiregistration-v1.ts";
import { defineKind } from "../define-kind.ts";

export const apiService: Kind<APIService> = defineKind<APIService>({
  type: apiservices,
  definition: "io.k8s.kube-aggregator.pkg.apis.apiregistration.v1.APIService",
  categories: ["api-extensions"],
  strategy: {
    nameFormat: "own",
    allowsUnconditionalUpdate: false,
  },
  subresources: [{ name: "status" }],
});
