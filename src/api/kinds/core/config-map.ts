import { checkFormat } from "../../field-checks.ts";
import { at, type FieldErrors } from "../../field-errors.ts";
import type { Kind } from "../../kind.ts";
import { configMapKeyProblems } from "../../names.ts";
import { configmaps } from "../../resources.ts";
import type { ConfigMap } from "../../types/core-v1.ts";
import { ageColumn, nameColumn, text } from "../columns.ts";
import { defineKind } from "../define-kind.ts";
import { checkSealed, decodedBytes, MAX_DATA_BYTES } from "./sealed-data.ts";

export const configMap: Kind<ConfigMap> = defineKind<ConfigMap>({
  type: configmaps,
  shortNames: ["cm"],
  columns: [
    nameColumn,
    text("Data", ({ data = {}, binaryData = {} }) => Object.keys(data).length + Object.keys(binaryData).length),
    ageColumn,
  ],
  strategy: {
    validate: validateConfigMap,
    validateUpdate: (object, old, errors) => checkSealed(object, old, ["data", "binaryData"], errors),
  },
});

function validateConfigMap({ data = {}, binaryData = {} }: ConfigMap, errors: FieldErrors): void {
  let sizeBytes = 0;
  for (const [key, value] of Object.entries(data)) {
    checkFormat(key, configMapKeyProblems(key), at("data", key), errors);
    if (Object.hasOwn(binaryData, key)) {
      errors.invalid(at("data", key), key, "duplicate of key present in binaryData");
    }
    sizeBytes += Buffer.byteLength(value);
  }
  for (const [key, value] of Object.entries(binaryData)) {
    checkFormat(key, configMapKeyProblems(key), at("binaryData", key), errors);
    sizeBytes += decodedBytes(value);
  }
  // Upstream's path of the object as a whole, by accident.
  if (sizeBytes > MAX_DATA_BYTES) errors.tooLong("[]", MAX_DATA_BYTES);
}
