/**
 * Validation of metadata, the same for every kind (apimachinery/pkg/api/validation/objectmeta.go). Names are expected to be
 * generated already, and what a client may not set to be set by the server.
 */
import { at, child, type FieldErrors } from "./field-errors.ts";
import type { NameFormat } from "./kind.ts";
import { validateLabels } from "./label-selector.ts";
import { dnsLabelProblems, generateNameProblems, labelKeyProblems, nameProblems } from "./names.ts";
import type { ManagedFieldsEntry, ObjectMeta, OwnerReference } from "./types/meta-v1.ts";

export const IMMUTABLE = "field is immutable";
export const NOT_NEGATIVE = "must be greater than or equal to 0";

const ANNOTATIONS_MAX_BYTES = 256 * 1024;
const FIELD_MANAGER_MAX_BYTES = 128;
const SUBRESOURCE_MAX_BYTES = 256;
const ORPHAN_DEPENDENTS = "orphan";
const FOREGROUND_DELETION = "foregroundDeletion";
const UNQUALIFIED_FINALIZERS: readonly string[] = ["kubernetes", ORPHAN_DEPENDENTS, FOREGROUND_DELETION];

interface MetadataRules {
  readonly namespaced: boolean;
  readonly nameFormat: NameFormat;
  /** Built-in kinds take only well-known and qualified finalizers; custom ones any. */
  readonly finalizers: "qualified" | "any";
}

/** Of an object that is created. */
export function validateMetadata(metadata: ObjectMeta, rules: MetadataRules, errors: FieldErrors): void {
  const { name = "", generateName = "" } = metadata;
  if (generateName !== "") {
    for (const problem of generateNameProblems(generateName, rules.nameFormat)) {
      errors.invalid("metadata.generateName", generateName, problem);
    }
  }
  if (name === "") errors.required("metadata.name", "name or generateName is required");
  else for (const problem of nameProblems(name, rules.nameFormat)) errors.invalid("metadata.name", name, problem);

  validateNamespace(metadata.namespace ?? "", rules.namespaced, errors);
  if ((metadata.generation ?? 0) < 0) errors.invalid("metadata.generation", metadata.generation, NOT_NEGATIVE);
  validateCommonMetadata(metadata, "metadata", errors);
  validateFinalizers(metadata.finalizers ?? [], rules.finalizers, errors);
}

/** Of an object that replaces `old`. */
export function validateMetadataUpdate(metadata: ObjectMeta, old: ObjectMeta, errors: FieldErrors): void {
  if (old.deletionTimestamp !== undefined) validateNoNewFinalizers(metadata, old, errors);
  if (!metadata.resourceVersion) {
    errors.invalid("metadata.resourceVersion", metadata.resourceVersion ?? "", "must be specified for an update");
  }
  if ((metadata.generation ?? 0) < (old.generation ?? 0)) {
    errors.invalid("metadata.generation", metadata.generation ?? 0, "must not be decremented");
  }
  for (const field of IMMUTABLE_FIELDS) {
    if (metadata[field] !== old[field]) errors.invalid(`metadata.${field}`, metadata[field], IMMUTABLE);
  }
  validateCommonMetadata(metadata, "metadata", errors);
}

const IMMUTABLE_FIELDS = [
  "name",
  "namespace",
  "uid",
  "creationTimestamp",
  "deletionTimestamp",
  "deletionGracePeriodSeconds",
] as const;

/** Of a template, which has no name of its own to check. */
export function validateTemplateMetadata(metadata: ObjectMeta, path: string, errors: FieldErrors): void {
  validateLabels(metadata.labels, child(path, "labels"), errors);
  validateAnnotations(metadata.annotations, child(path, "annotations"), errors);
}

/** Upstream's ValidateAnnotations. */
export function validateAnnotations(
  annotations: Readonly<Record<string, string>> | undefined,
  path: string,
  errors: FieldErrors,
): void {
  for (const key in annotations) {
    for (const problem of labelKeyProblems(key.toLowerCase())) errors.invalid(path, key, problem);
  }
  validateAnnotationsSize(annotations, path, errors);
}

export function validateAnnotationsSize(
  annotations: Readonly<Record<string, string>> | undefined,
  path: string,
  errors: FieldErrors,
): void {
  let sizeBytes = 0;
  for (const key in annotations) sizeBytes += Buffer.byteLength(key) + Buffer.byteLength(annotations[key] ?? "");
  if (sizeBytes > ANNOTATIONS_MAX_BYTES) errors.tooLong(path, ANNOTATIONS_MAX_BYTES);
}

/** Who writes: in managedFields and in the options of requests. */
export function validateFieldManager(manager: string, path: string, errors: FieldErrors): void {
  if (Buffer.byteLength(manager) > FIELD_MANAGER_MAX_BYTES) errors.tooLong(path, FIELD_MANAGER_MAX_BYTES);
  // Nearly all of them, and each write checks those of its object.
  if (/^[ -~]*$/.test(manager)) return;
  let position = 0;
  for (const character of manager) {
    if (!isPrintable(character)) {
      const codePoint = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0");
      errors.invalid(path, manager, `invalid character U+${codePoint} (at position ${position})`);
    }
    position += Buffer.byteLength(character);
  }
}

/** Go's unicode.IsPrint: letters, marks, numbers, punctuation, symbols and the plain space. */
const isPrintable = (character: string): boolean => /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]$/u.test(character);

function validateNamespace(namespace: string, namespaced: boolean, errors: FieldErrors): void {
  if (!namespaced) {
    if (namespace !== "") errors.forbidden("metadata.namespace", "not allowed on this type");
    return;
  }
  if (namespace === "") errors.required("metadata.namespace", "");
  else for (const problem of dnsLabelProblems(namespace)) errors.invalid("metadata.namespace", namespace, problem);
}

function validateCommonMetadata(metadata: ObjectMeta, path: string, errors: FieldErrors): void {
  validateTemplateMetadata(metadata, path, errors);
  validateOwnerReferences(metadata.ownerReferences ?? [], child(path, "ownerReferences"), errors);
  validateManagedFields(metadata.managedFields ?? [], child(path, "managedFields"), errors);
}

function validateOwnerReferences(references: readonly OwnerReference[], path: string, errors: FieldErrors): void {
  let controller: string | undefined;
  for (const reference of references) {
    validateOwnerReference(reference, path, errors);
    if (!reference.controller) continue;
    const name = `${reference.kind}/${reference.name}`;
    if (controller === undefined) {
      controller = name;
    } else {
      errors.invalid(
        path,
        references,
        `Only one reference can have Controller set to true. Found "true" in references for ${controller} and ${name}`,
      );
    }
  }
}

function validateOwnerReference(reference: OwnerReference, path: string, errors: FieldErrors): void {
  const { apiVersion, kind, name, uid } = reference;
  if (versionOf(apiVersion) === "") {
    errors.invalid(child(path, "apiVersion"), apiVersion ?? "", "version must not be empty");
  }
  if (!kind) errors.invalid(child(path, "kind"), kind ?? "", "must not be empty");
  if (!name) errors.invalid(child(path, "name"), name ?? "", "must not be empty");
  if (!uid) errors.invalid(child(path, "uid"), uid ?? "", "must not be empty");
  if (apiVersion === "v1" && kind === "Event") {
    errors.invalid(path, reference, "/v1, Kind=Event is disallowed from being an owner");
  }
}

function versionOf(apiVersion: string | undefined): string {
  const parts = (apiVersion ?? "").split("/");
  return parts.length > 2 ? "" : (parts.at(-1) ?? "");
}

function validateFinalizers(
  finalizers: readonly string[],
  allowed: MetadataRules["finalizers"],
  errors: FieldErrors,
): void {
  const path = "metadata.finalizers";
  for (const finalizer of finalizers) {
    for (const problem of labelKeyProblems(finalizer)) errors.invalid(path, finalizer, problem);
  }
  if (finalizers.includes(ORPHAN_DEPENDENTS) && finalizers.includes(FOREGROUND_DELETION)) {
    errors.invalid(path, finalizers, `finalizer ${ORPHAN_DEPENDENTS} and ${FOREGROUND_DELETION} cannot be both set`);
  }
  if (allowed === "any") return;
  finalizers.forEach((finalizer, index) => {
    if (finalizer.includes("/") || UNQUALIFIED_FINALIZERS.includes(finalizer)) return;
    errors.invalid(at(path, index), finalizer, "name is neither a standard finalizer name nor is it fully qualified");
  });
}

function validateNoNewFinalizers(metadata: ObjectMeta, old: ObjectMeta, errors: FieldErrors): void {
  const added = [...new Set(metadata.finalizers).difference(new Set(old.finalizers))].toSorted();
  if (added.length === 0) return;
  // Upstream prints the list as Go source.
  const list = `[]string{${added.map((each) => JSON.stringify(each)).join(", ")}}`;
  errors.forbidden(
    "metadata.finalizers",
    `no new finalizers can be added if the object is being deleted, found new finalizers ${list}`,
  );
}

function validateManagedFields(entries: readonly ManagedFieldsEntry[], path: string, errors: FieldErrors): void {
  entries.forEach((entry, index) => {
    const entryPath = at(path, index);
    if (entry.operation !== "Apply" && entry.operation !== "Update") {
      errors.invalid(child(entryPath, "operation"), entry.operation ?? "", "must be `Apply` or `Update`");
    }
    if (entry.fieldsType && entry.fieldsType !== "FieldsV1") {
      errors.invalid(child(entryPath, "fieldsType"), entry.fieldsType, "must be `FieldsV1`");
    }
    validateFieldManager(entry.manager ?? "", child(entryPath, "manager"), errors);
    if (Buffer.byteLength(entry.subresource ?? "") > SUBRESOURCE_MAX_BYTES) {
      errors.tooLong(child(entryPath, "subresource"), SUBRESOURCE_MAX_BYTES);
    }
  });
}
