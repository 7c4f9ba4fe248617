import { parseFieldSelector, requiredName } from "../api/field-selector.ts";
import { parseLabelSelector } from "../api/label-selector.ts";
import type { KubeObject } from "../api/resource-type.ts";
import type { ApiRequest } from "./api-request.ts";

/** Which objects of a resource a request for many is about. */
export interface Selection {
  /** Empty: all namespaces, or a cluster-wide resource. */
  readonly namespace: string;
  /** The only name that can match. */
  readonly name: string | undefined;
  /** Nothing but the namespace narrows the selection. */
  readonly isEverything: boolean;
  /** The same for requests that select the same objects of a namespace. */
  readonly text: string;
  readonly matches: (object: Readonly<KubeObject>) => boolean;
}

const everything = (): boolean => true;

export function selectionOf({ resource, namespace, name, query }: ApiRequest): Selection {
  const labelText = query.get("labelSelector") ?? "";
  const fieldText = query.get("fieldSelector") ?? "";
  if (labelText === "" && fieldText === "" && name === "") {
    return { namespace, name: undefined, isEverything: true, text: "", matches: everything };
  }
  const labels = parseLabelSelector(labelText);
  const fields = parseFieldSelector(fieldText, resource.kind.selectableFields);
  // Old watch paths carry the name of a single object.
  const onlyName = name === "" ? requiredName(fields) : name;
  const onlyNamespace = fields.requirements.find(
    ({ field, operator }) => field === "metadata.namespace" && operator === "=",
  )?.value;
  const scope = namespace !== "" || !resource.type.namespaced ? namespace : (onlyNamespace ?? "");
  return {
    namespace: scope,
    // Without a namespace the key of a namespaced object is not known.
    name: resource.type.namespaced && scope === "" ? undefined : onlyName,
    isEverything: false,
    text: [name, labelText, fieldText].join("\n"),
    matches: (object) =>
      labels.matches(object.metadata.labels) &&
      fields.matches(object) &&
      (onlyName === undefined || object.metadata.name === onlyName),
  };
}
