import type { JsonObject } from "../../../lib/json/json-value.ts";
import { isJsonObject } from "../../../lib/json/json-value.ts";
import { badRequest } from "../../api-error.ts";
import { apiVersionOf } from "../../resource-type.ts";
import { goText } from "../strategic-directives.ts";
import type { ApplyRequest } from "./apply-patch.ts";

/** The configuration of an apply, checked: of the right kind, without managedFields, and with known fields of the right types. */
export function checkAppliedObject({ patch, type, schema }: ApplyRequest): JsonObject {
  if (!isJsonObject(patch)) throw badRequest("error decoding YAML: the body must be an object");
  const apiVersion = apiVersionOf(type);
  const { kind: givenKind, apiVersion: givenVersion, metadata } = patch;
  if (givenKind !== type.kind || givenVersion !== apiVersion) {
    throw badRequest(`invalid object type: ${goText(givenVersion ?? "")}, Kind=${goText(givenKind ?? "")}`);
  }
  if (isJsonObject(metadata) && metadata["managedFields"] !== undefined && metadata["managedFields"] !== null) {
    throw badRequest("metadata.managedFields must be nil");
  }
  const problems = schema.problemsOf(patch);
  if (problems.length === 0) return patch;
  const name = isJsonObject(metadata)
    ? `${goText(metadata["namespace"] ?? "")}/${goText(metadata["name"] ?? "")}`
    : "/";
  const text = problems.length === 1 ? problems[0] : ["errors:", ...problems.map((each) => `  ${each}`)].join("\n");
  // Upstream answers with 500; it is the client's fault, so here it is not.
  throw badRequest(`failed to create typed patch object (${name}; ${apiVersion}, Kind=${type.kind}): ${text}`);
}
