import { checkFormat } from "../../field-checks.ts";
import type { FieldErrors } from "../../field-errors.ts";
import type { Kind } from "../../kind.ts";
import { labelKeyProblems } from "../../names.ts";
import { namespaces } from "../../resources.ts";
import type { Namespace } from "../../types/core-v1.ts";
import { ageColumn, nameColumn, text } from "../columns.ts";
import { defineKind, selectable } from "../define-kind.ts";

/** Holds a namespace until everything in it is gone. */
const FINALIZER = "kubernetes";

export const namespace: Kind<Namespace> = defineKind<Namespace>({
  type: namespaces,
  shortNames: ["ns"],
  verbs: ["create", "delete", "get", "list", "patch", "update", "watch"],
  columns: [nameColumn, text("Status", ({ status }) => status?.phase ?? ""), ageColumn],
  selectableFields: { ...selectable({ "status.phase": ({ status }) => status?.phase ?? "" }), withoutNamespace: true },
  defaults(draft) {
    setNameLabel(draft);
    draft.status = { ...draft.status, phase: draft.status?.phase || "Active" };
  },
  strategy: {
    nameFormat: "dns-label",
    prepareCreate(draft) {
      // Again: by now a generated name is known.
      setNameLabel(draft);
      draft.status = { phase: "Active" };
      const finalizers = draft.spec?.finalizers ?? [];
      if (!finalizers.includes(FINALIZER)) draft.spec = { ...draft.spec, finalizers: [...finalizers, FINALIZER] };
    },
    returnsDeletedObject: true,
    ownFinalizers: ({ spec }) => spec?.finalizers ?? [],
    prepareDelete(draft) {
      draft.status = { ...draft.status, phase: "Terminating" };
    },
    prepareUpdate(draft, old) {
      draft.spec = { ...draft.spec, finalizers: old.spec?.finalizers };
    },
    validate(object, errors) {
      for (const finalizer of object.spec?.finalizers ?? []) checkFinalizer(finalizer, "spec.finalizers", errors);
    },
  },
  subresources: [
    {
      name: "finalize",
      kind: { group: "", version: "v1", kind: "Namespace" },
      verbs: ["update"],
    },
    { name: "status", validateUpdate: validateStatus },
  ],
});

function setNameLabel({ metadata }: Namespace): void {
  if (metadata.name) metadata.labels = { ...metadata.labels, "kubernetes.io/metadata.name": metadata.name };
}

function checkFinalizer(finalizer: string, path: string, errors: FieldErrors): void {
  checkFormat(finalizer, labelKeyProblems(finalizer), path, errors);
  if (finalizer.includes("/") || ["kubernetes", "orphan", "foregroundDeletion"].includes(finalizer)) return;
  errors.invalid(path, finalizer, "name is neither a standard finalizer name nor is it fully qualified");
}

function validateStatus({ metadata, status }: Namespace, _old: Namespace, errors: FieldErrors): void {
  const phase = status?.phase ?? "";
  if (!metadata.deletionTimestamp && phase !== "Active") {
    errors.invalid("status.Phase", phase, "may only be 'Active' if `deletionTimestamp` is empty");
  }
  if (metadata.deletionTimestamp && phase !== "Terminating") {
    errors.invalid("status.Phase", phase, "may only be 'Terminating' if `deletionTimestamp` is not empty");
  }
}
