import type { Kind } from "../../kind.ts";
import { customresourcedefinitions } from "../../resources.ts";
import type { CustomResourceDefinition } from "../../types/apiextensions-v1.ts";
import { defineKind } from "../define-kind.ts";

export const customResourceDefinition: Kind<CustomResourceDefinition> = defineKind<CustomResourceDefinition>({
  type: customresourcedefinitions,
  definition: "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceDefinition",
  shortNames: ["crd", "crds"],
  categories: ["api-extensions"],
  strategy: {
    nameFormat: "own",
    desiredState: ({ spec }) => spec,
    allowsUnconditionalUpdate: false,
  },
  subresources: [{ name: "status" }],
});
