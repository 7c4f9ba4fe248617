import { JsonSyntaxError } from "../../../lib/json/json-reader.ts";
import { isJsonObject } from "../../../lib/json/json-value.ts";
import { decodeJson } from "../../../lib/json/strict-json.ts";
import { checkFormat, checkImmutable } from "../../field-checks.ts";
import { at, type FieldErrors } from "../../field-errors.ts";
import type { Kind } from "../../kind.ts";
import { configMapKeyProblems } from "../../names.ts";
import { secrets } from "../../resources.ts";
import type { Secret } from "../../types/core-v1.ts";
import { ageColumn, nameColumn, text } from "../columns.ts";
import { defineKind, selectable } from "../define-kind.ts";
import { checkSealed, decodedBytes, MAX_DATA_BYTES } from "./sealed-data.ts";

export const secret: Kind<Secret> = defineKind<Secret>({
  type: secrets,
  columns: [
    nameColumn,
    text("Type", ({ type }) => type ?? ""),
    text("Data", ({ data = {} }) => Object.keys(data).length),
    ageColumn,
  ],
  selectableFields: selectable({ type: ({ type }) => type ?? "" }),
  defaults: secretDefaults,
  strategy: {
    validate: validateSecret,
    validateUpdate(object, old, errors) {
      checkImmutable(object.type, old.type, "type", errors);
      checkSealed(object, old, ["data"], errors);
    },
  },
});

function secretDefaults(draft: Secret): void {
  draft.type ||= "Opaque";
  if (!draft.stringData) return;
  // Write-only: plain text wins over data of the same key and is never shown again.
  const encoded = Object.entries(draft.stringData).map(([key, value]) => [key, Buffer.from(value).toString("base64")]);
  draft.data = { ...draft.data, ...Object.fromEntries(encoded) };
  delete draft.stringData;
}

function validateSecret(object: Secret, errors: FieldErrors): void {
  const { data = {} } = object;
  let sizeBytes = 0;
  for (const [key, value] of Object.entries(data)) {
    checkFormat(key, configMapKeyProblems(key), at("data", key), errors);
    sizeBytes += decodedBytes(value);
  }
  if (sizeBytes > MAX_DATA_BYTES) errors.tooLong("data", MAX_DATA_BYTES);
  validateByType(object, errors);
}

/** What each well-known type must hold. */
function validateByType({ type, data = {}, metadata }: Secret, errors: FieldErrors): void {
  switch (type) {
    case "kubernetes.io/service-account-token":
      if (!metadata.annotations?.["kubernetes.io/service-account.name"]) {
        errors.required("metadata.annotations[kubernetes.io/service-account.name]", "");
      }
      break;
    case "kubernetes.io/dockercfg":
      checkJson(data, ".dockercfg", errors);
      break;
    case "kubernetes.io/dockerconfigjson":
      checkJson(data, ".dockerconfigjson", errors);
      break;
    case "kubernetes.io/basic-auth":
      if (data["username"] === undefined && data["password"] === undefined) {
        checkPresent(data, ["username", "password"], errors);
      }
      break;
    case "kubernetes.io/ssh-auth":
      if (!data["ssh-privatekey"]) errors.required("data[ssh-privatekey]", "");
      break;
    case "kubernetes.io/tls":
      checkPresent(data, ["tls.crt", "tls.key"], errors);
      break;
    default:
      // Any other type holds whatever it likes.
      break;
  }
}

type SecretData = Readonly<Record<string, string>>;

function checkPresent(data: SecretData, keys: readonly string[], errors: FieldErrors): void {
  for (const key of keys) if (data[key] === undefined) errors.required(at("data", key), "");
}

function checkJson(data: SecretData, key: string, errors: FieldErrors): void {
  const value = data[key];
  if (value === undefined) return errors.required(at("data", key), "");
  const problem = jsonObjectProblem(Buffer.from(value, "base64").toString());
  if (problem !== undefined) errors.invalid(at("data", key), "<secret contents redacted>", problem);
}

function jsonObjectProblem(json: string): string | undefined {
  try {
    const { value } = decodeJson(json);
    if (isJsonObject(value) || value === null) return undefined;
    const type = Array.isArray(value) ? "array" : typeof value === "boolean" ? "bool" : typeof value;
    return `json: cannot unmarshal ${type} into Go value of type map[string]interface {}`;
  } catch (error) {
    if (error instanceof JsonSyntaxError) return error.message;
    throw error;
  }
}
