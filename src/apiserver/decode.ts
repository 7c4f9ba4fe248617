import { apiError, badRequest } from "../api/api-error.ts";
import { apiVersionOf, type KubeObject } from "../api/resource-type.ts";
import type { RequestBody } from "./api-request.ts";
import type { ServedResource } from "./served-resources.ts";
import type { WriteRequest } from "./write-request.ts";

/** The object in a request's body: a draft of its own for every call, complete with defaults. */
export function decodeObject(
  body: RequestBody,
  { kind, type }: ServedResource,
  _options: Pick<WriteRequest, "fieldValidation" | "warnings">,
): KubeObject {
  const value = decodeValue(body);
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw badRequest("the object provided is unrecognized (must be of type " + type.kind + ")");
  }
  // Checked field by field from here on.
  const given = value as Partial<KubeObject>;
  const apiVersion = apiVersionOf(type);
  if (given.apiVersion !== undefined && given.apiVersion !== "" && given.apiVersion !== apiVersion) {
    throw badRequest(
      `the API version in the data (${given.apiVersion}) does not match the expected API version (${apiVersion})`,
    );
  }
  const draft: KubeObject = { ...given, kind: type.kind, apiVersion, metadata: given.metadata ?? {} };
  kind.defaults?.(draft);
  return draft;
}

/** The value in a request's body, whatever it means. Each call gives a value of its own. */
export function decodeValue(body: RequestBody): unknown {
  switch (body.form) {
    case "none":
      throw badRequest("the request has no body");
    case "parsed":
      return structuredClone(body.value);
    case "bytes": {
      const text = Buffer.from(body.bytes.buffer, body.bytes.byteOffset, body.bytes.byteLength).toString("utf8");
      if (isYaml(body.contentType)) return Bun.YAML.parse(text);
      if (!isJson(body.contentType)) throw unsupportedMediaType(body.contentType);
      try {
        return JSON.parse(text);
      } catch (error) {
        throw badRequest(error instanceof Error ? error.message : "invalid JSON");
      }
    }
  }
}

const isJson = (contentType: string): boolean => contentType === "" || contentType.startsWith("application/json");
const isYaml = (contentType: string): boolean => contentType.startsWith("application/yaml");

function unsupportedMediaType(contentType: string): Error {
  return apiError(
    "UnsupportedMediaType",
    `the body of the request was in an unknown format - accepted media types include: application/json, application/yaml (got ${contentType})`,
  );
}
