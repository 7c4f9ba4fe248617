import { expect, test } from "bun:test";

import { FieldErrors } from "./field-errors.ts";
import { validateFieldManager, validateMetadata, validateMetadataUpdate } from "./meta-validation.ts";
import type { ObjectMeta } from "./types/meta-v1.ts";

const KEY =
  "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
const LABEL =
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";
const VALUE =
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";

function problems(validate: (errors: FieldErrors) => void): string[] {
  const errors = new FieldErrors();
  validate(errors);
  return errors.errors.map(({ path, message }) => `${path}: ${message}`);
}

const rules = { namespaced: true, nameFormat: "dns-label", finalizers: "qualified" } as const;
const owner = { apiVersion: "apps/v1", kind: "ReplicaSet", name: "web", uid: "1", controller: true };

const ON_CREATE: Record<string, [ObjectMeta, string[]]> = {
  "a plain object": [{ name: "web", namespace: "default", finalizers: ["kubernetes", "example.com/a"] }, []],
  "no name": [{ namespace: "default" }, ["metadata.name: Required value: name or generateName is required"]],
  "a bad generateName": [
    { generateName: "A_-", name: "A_-x", namespace: "default" },
    [`metadata.generateName: Invalid value: "A_-": ${LABEL}`, `metadata.name: Invalid value: "A_-x": ${LABEL}`],
  ],
  "no namespace": [{ name: "web" }, ["metadata.namespace: Required value"]],
  "a bad namespace": [
    { name: "web", namespace: "a.b" },
    ['metadata.namespace: Invalid value: "a.b": must not contain dots'],
  ],
  "a negative generation": [
    { name: "web", namespace: "default", generation: -1 },
    ["metadata.generation: Invalid value: -1: must be greater than or equal to 0"],
  ],
  "labels and annotations": [
    { name: "web", namespace: "default", labels: { "a b": "-" }, annotations: { "A.com/B": "any text", "": "" } },
    [
      `metadata.labels: Invalid value: "a b": ${KEY}`,
      `metadata.labels: Invalid value: "-": ${VALUE}`,
      'metadata.annotations: Invalid value: "": name part must be non-empty',
      `metadata.annotations: Invalid value: "": ${KEY}`,
    ],
  ],
  "annotations beyond 256 KiB": [
    { name: "web", namespace: "default", annotations: { a: "é".repeat(128 * 1024) } },
    ["metadata.annotations: Too long: may not be more than 262144 bytes"],
  ],
  "owner references": [
    {
      name: "web",
      namespace: "default",
      ownerReferences: [
        owner,
        { ...owner, name: "other" },
        { apiVersion: "a/b/c", kind: "", name: "", uid: "" },
        { apiVersion: "v1", kind: "Event", name: "e", uid: "2" },
      ],
    },
    [
      'metadata.ownerReferences: Invalid value: [{"apiVersion":"apps/v1","kind":"ReplicaSet","name":"web","uid":"1","controller":true},{"apiVersion":"apps/v1","kind":"ReplicaSet","name":"other","uid":"1","controller":true},{"apiVersion":"a/b/c","kind":"","name":"","uid":""},{"apiVersion":"v1","kind":"Event","name":"e","uid":"2"}]: Only one reference can have Controller set to true. Found "true" in references for ReplicaSet/web and ReplicaSet/other',
      'metadata.ownerReferences.apiVersion: Invalid value: "a/b/c": version must not be empty',
      'metadata.ownerReferences.kind: Invalid value: "": must not be empty',
      'metadata.ownerReferences.name: Invalid value: "": must not be empty',
      'metadata.ownerReferences.uid: Invalid value: "": must not be empty',
      'metadata.ownerReferences: Invalid value: {"apiVersion":"v1","kind":"Event","name":"e","uid":"2"}: /v1, Kind=Event is disallowed from being an owner',
    ],
  ],
  finalizers: [
    { name: "web", namespace: "default", finalizers: ["orphan", "foregroundDeletion", "mine", "-/a"] },
    [
      "metadata.finalizers: Invalid value: \"-/a\": prefix part a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')",
      'metadata.finalizers: Invalid value: ["orphan","foregroundDeletion","mine","-/a"]: finalizer orphan and foregroundDeletion cannot be both set',
      'metadata.finalizers[2]: Invalid value: "mine": name is neither a standard finalizer name nor is it fully qualified',
    ],
  ],
  "managed fields": [
    {
      name: "web",
      namespace: "default",
      managedFields: [
        { operation: "Update", fieldsType: "FieldsV1", manager: "kubectl" },
        { operation: "Patch", fieldsType: "V2", manager: "a\tb", subresource: "s".repeat(257) },
      ],
    },
    [
      'metadata.managedFields[1].operation: Invalid value: "Patch": must be `Apply` or `Update`',
      'metadata.managedFields[1].fieldsType: Invalid value: "V2": must be `FieldsV1`',
      'metadata.managedFields[1].manager: Invalid value: "a\\tb": invalid character U+0009 (at position 1)',
      "metadata.managedFields[1].subresource: Too long: may not be more than 256 bytes",
    ],
  ],
};

for (const [name, [metadata, expected]] of Object.entries(ON_CREATE)) {
  test(`validateMetadata of ${name}`, () => {
    expect(problems((errors) => validateMetadata(metadata, rules, errors))).toEqual(expected);
  });
}

test("validateMetadata refuses a namespace where there is none, and takes any finalizer of custom kinds", () => {
  const custom = { namespaced: false, nameFormat: "path-segment", finalizers: "any" } as const;
  const metadata = { name: "a:b", namespace: "default", finalizers: ["mine"] };
  expect(problems((errors) => validateMetadata(metadata, custom, errors))).toEqual([
    "metadata.namespace: Forbidden: not allowed on this type",
  ]);
});

const stored: ObjectMeta = {
  name: "web",
  namespace: "default",
  uid: "1",
  creationTimestamp: "2026-01-01T00:00:00Z",
  resourceVersion: "7",
  generation: 2,
  finalizers: ["example.com/a"],
};

const ON_UPDATE: Record<string, [ObjectMeta, ObjectMeta, string[]]> = {
  "an unchanged object": [stored, stored, []],
  "no resourceVersion": [
    { ...stored, resourceVersion: undefined },
    stored,
    ['metadata.resourceVersion: Invalid value: "": must be specified for an update'],
  ],
  "a lower generation": [
    { ...stored, generation: 1 },
    stored,
    ["metadata.generation: Invalid value: 1: must not be decremented"],
  ],
  "changed identity": [
    { ...stored, name: "api", uid: "2", deletionTimestamp: "2026-01-02T00:00:00Z", deletionGracePeriodSeconds: 5 },
    stored,
    [
      'metadata.name: Invalid value: "api": field is immutable',
      'metadata.uid: Invalid value: "2": field is immutable',
      'metadata.deletionTimestamp: Invalid value: "2026-01-02T00:00:00Z": field is immutable',
      "metadata.deletionGracePeriodSeconds: Invalid value: 5: field is immutable",
    ],
  ],
  "finalizers added during deletion": [
    { ...stored, deletionTimestamp: "2026-01-02T00:00:00Z", finalizers: ["example.com/c", "example.com/b"] },
    { ...stored, deletionTimestamp: "2026-01-02T00:00:00Z" },
    [
      'metadata.finalizers: Forbidden: no new finalizers can be added if the object is being deleted, found new finalizers []string{"example.com/b", "example.com/c"}',
    ],
  ],
};

for (const [name, [metadata, old, expected]] of Object.entries(ON_UPDATE)) {
  test(`validateMetadataUpdate of ${name}`, () => {
    expect(problems((errors) => validateMetadataUpdate(metadata, old, errors))).toEqual(expected);
  });
}

test("validateFieldManager takes 128 bytes of printable text", () => {
  expect(problems((errors) => validateFieldManager("é kubectl/v1.36", "fieldManager", errors))).toEqual([]);
  expect(problems((errors) => validateFieldManager("a".repeat(129), "fieldManager", errors))).toEqual([
    "fieldManager: Too long: may not be more than 128 bytes",
  ]);
});
