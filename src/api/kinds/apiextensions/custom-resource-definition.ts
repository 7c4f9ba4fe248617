import type { Kind } from "../../kind.ts";
import { customresourcedefinitions } from "../../resources.ts";
import type { CustomResourceDefinition } from "../../types/apiextensions-v1.ts";
import { defineKind } from "../define-kind.ts";
import { keepOldMetadata } from "../status-metadata.ts";

export const customResourceDefinition: Kind<CustomResourceDefinition> = defineKind<CustomResourceDefinition>({
  type: customresourcedefinitions,
  definition: "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceDefinition",
  shortNames: ["crd", "crds"],
  categories: ["api-extensions"],
  defaults: definitionDefaults,
  strategy: {
    prepareCreate(draft) {
      draft.status = { storedVersions: [] };
      addStoredVersion(draft);
    },
    prepareUpdate: addStoredVersion,

    nameFormat: "own",
    desiredState: ({ spec }) => spec,
    allowsUnconditionalUpdate: false,
  },
  subresources: [{ name: "status", prepareUpdate: keepOldMetadata }],
});

function definitionDefaults({ spec }: CustomResourceDefinition): void {
  spec.names.singular ||= spec.names.kind.toLowerCase();
  if (spec.names.kind) spec.names.listKind ||= `${spec.names.kind}List`;
  spec.conversion ??= { strategy: "None" };
  const service = spec.conversion.webhook?.clientConfig?.service;
  if (service) service.port ??= 443;
}

/** Every version that objects were ever written in stays listed until somebody has rewritten them. */
function addStoredVersion(draft: CustomResourceDefinition): void {
  const version = draft.spec.versions.find(({ storage }) => storage)?.name;
  const stored = draft.status?.storedVersions ?? [];
  if (version === undefined || stored.includes(version)) return;
  draft.status = { ...draft.status, storedVersions: [...stored, version] };
}
