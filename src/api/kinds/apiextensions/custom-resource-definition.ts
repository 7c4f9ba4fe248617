import type { Kind } from "../../kind.ts";
import { customresourcedefinitions } from "../../resources.ts";
import type { CustomResourceDefinition } from "../../types/apiextensions-v1.ts";
import { defineKind } from "../define-kind.ts";
import { keepOldMetadata } from "../status-metadata.ts";
import { validateDefinition, validateDefinitionStatus } from "./definition-validation.ts";
import { definitionWarnings } from "./definition-warnings.ts";

/** Holds a definition until all objects of its kind are gone. */
export const CLEANUP_FINALIZER = "customresourcecleanup.apiextensions.k8s.io";

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
    validate: validateDefinition,
    warnings: definitionWarnings,

    desiredState: ({ spec }) => spec,
    allowsUnconditionalUpdate: false,
    cleanupFinalizer: CLEANUP_FINALIZER,
    prepareDelete: setTerminating,
  },
  subresources: [{ name: "status", prepareUpdate: keepOldMetadata, validateUpdate: validateDefinitionStatus }],
});

function definitionDefaults(draft: CustomResourceDefinition): void {
  const { spec } = draft;
  spec.names.singular ||= spec.names.kind.toLowerCase();
  if (spec.names.kind) spec.names.listKind ||= `${spec.names.kind}List`;
  spec.conversion ??= { strategy: "None" };
  const service = spec.conversion.webhook?.clientConfig?.service;
  if (service) service.port ??= 443;
  if (!draft.status?.storedVersions?.length) addStoredVersion(draft);
}

/** Every version that objects were ever written in stays listed until somebody has rewritten them. */
function addStoredVersion(draft: CustomResourceDefinition): void {
  const version = draft.spec.versions.find(({ storage }) => storage)?.name;
  const stored = draft.status?.storedVersions ?? [];
  if (version === undefined || stored.includes(version)) return;
  draft.status = { ...draft.status, storedVersions: [...stored, version] };
}

function setTerminating(draft: CustomResourceDefinition): void {
  const conditions = draft.status?.conditions ?? [];
  if (conditions.some(({ type, status }) => type === "Terminating" && status === "True")) return;
  const terminating = {
    type: "Terminating",
    status: "True",
    reason: "InstanceDeletionPending",
    message: "CustomResourceDefinition marked for deletion; CustomResource deletion will begin soon",
    lastTransitionTime: draft.metadata.deletionTimestamp,
  };
  draft.status = {
    ...draft.status,
    conditions: [...conditions.filter(({ type }) => type !== "Terminating"), terminating],
  };
}
