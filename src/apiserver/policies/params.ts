/** The objects that parameterise a policy (apiserver/pkg/admission/plugin/policy/generic). */
import { labelSelectorOf } from "../../api/label-selector.ts";
import type { KubeObject } from "../../api/resource-type.ts";
import type { ParamKind, ParamRef } from "../../api/types/admissionregistration-v1.ts";
import type { ObjectReader } from "../objects/object-reader.ts";
import type { ServedResource, ServedResources } from "../served-resources.ts";

/** What a policy or a binding says that cannot be done. */
class PolicyConfigurationError extends Error {
  override readonly name = "PolicyConfigurationError";
}

/** Undefined for a policy without parameters. */
export function servedParams(kind: ParamKind | undefined, resources: ServedResources): ServedResource | undefined {
  if (!kind) return undefined;
  for (const served of resources.all()) {
    if (served.type.kind === kind.kind && served.apiVersion === kind.apiVersion) return served;
  }
  const { apiVersion = "", kind: name = "" } = kind;
  const groupVersion = apiVersion.includes("/") ? apiVersion : `/${apiVersion}`;
  throw new PolicyConfigurationError(
    `failed to find resource referenced by paramKind: '${groupVersion}, Kind=${name}'`,
  );
}

/** Every one is looked at on its own; undefined stands for none that is needed. */
export async function policyParams(
  served: ServedResource | undefined,
  ref: ParamRef | undefined,
  namespace: string,
  reader: ObjectReader,
): Promise<readonly (Readonly<KubeObject> | undefined)[]> {
  if (!served || !ref) return [undefined];
  const { type } = served;
  if (!type.namespaced && ref.namespace) {
    throw new PolicyConfigurationError("paramRef.namespace must not be provided for a cluster-scoped `paramKind`");
  }
  const where = type.namespaced ? ref.namespace || namespace : "";
  if (type.namespaced && where === "") {
    throw new PolicyConfigurationError(
      "cannot use namespaced paramRef in policy binding that matches cluster-scoped resources",
    );
  }
  const found = ref.name
    ? [await reader.find(type, where, ref.name)].filter((each) => each !== undefined)
    : await selected(served, ref, where, reader);
  if (found.length === 0 && ref.parameterNotFoundAction === "Deny") {
    throw new PolicyConfigurationError("no params found for policy binding with `Deny` parameterNotFoundAction");
  }
  return found.map((each) => ({ ...each, apiVersion: served.apiVersion, kind: type.kind }));
}

async function selected({ type }: ServedResource, { selector }: ParamRef, namespace: string, reader: ObjectReader) {
  const matching = labelSelectorOf(selector ?? {});
  const all = await reader.list(type, namespace);
  return all.filter(({ metadata }) => matching.matches(metadata.labels));
}
