import { isJsonObject } from "../../lib/json/json-value.ts";
import { DecodeError, Place } from "./decode-error.ts";
import type { Decode } from "./decode-scalar.ts";
import { stringDecoder } from "./decode-scalar.ts";

/**
 * The three types of a JSON schema that are a schema or something else. They unmarshal themselves, so upstream does not
 * report unknown fields below them (staging/src/k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1/marshal.go).
 */
export function jsonSchemaDecoders(decodeSchema: Decode): Readonly<Record<string, Decode>> {
  const schema: Decode = (value) => decodeSchema(value, new Place());
  const decodeName = stringDecoder("string");
  return {
    JSONSchemaPropsOrBool: (value) => {
      if (typeof value === "boolean") return value;
      if (isJsonObject(value)) return schema(value, new Place());
      throw new DecodeError("boolean or JSON schema expected");
    },
    JSONSchemaPropsOrArray: (value) => {
      if (Array.isArray(value)) return value.length === 0 ? null : value.map((item) => schema(item, new Place()));
      return isJsonObject(value) ? schema(value, new Place()) : null;
    },
    JSONSchemaPropsOrStringArray: (value) => {
      if (Array.isArray(value)) return value.length === 0 ? null : value.map((item) => decodeName(item, new Place()));
      return isJsonObject(value) ? schema(value, new Place()) : null;
    },
  };
}
