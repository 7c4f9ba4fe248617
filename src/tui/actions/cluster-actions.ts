import { isApiError } from "../../api/api-error.ts";
import { labelSelectorOf, selectorOfLabels } from "../../api/label-selector.ts";
import type { KubeObject } from "../../api/resource-type.ts";
import type { Transport, TransportRequest } from "../../client/transport.ts";
import type { ObjectAddress } from "../../feeds/resource.ts";
import { addressText } from "../../feeds/resource.ts";
import { objectIn } from "../../feeds/table-rows.ts";
import { isJsonObject, type JsonObject } from "../../lib/json/json-value.ts";
import type { Effect } from "../state/state.ts";

type Change = Extract<Effect, { type: "delete" | "scale" | "restart" | "cordon" }>;

/** Does a change to each of its objects and says what was done. One that is already gone is as good as deleted. */
export async function change(transport: Transport, effect: Change, timestamp: string): Promise<string> {
  const failures: unknown[] = [];
  for (const target of effect.targets) {
    try {
      await transport.request({ ...changeRequest(effect, timestamp), ...requestFor(target, effect) });
    } catch (error) {
      if (!(effect.type === "delete" && isApiError(error, "NotFound"))) failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
  const [first] = effect.targets;
  const what = effect.targets.length === 1 && first ? addressText(first) : `${effect.targets.length} objects`;
  return `${what} ${outcome(effect)}`;
}

function requestFor({ resource, namespace, name }: ObjectAddress, { type }: Change): Omit<TransportRequest, "verb"> {
  const { group, version } = resource;
  return {
    group,
    version,
    resource: resource.resource,
    namespace,
    name,
    ...(type === "scale" ? { subresource: "scale" } : {}),
  };
}

function changeRequest(effect: Change, timestamp: string): Pick<TransportRequest, "verb" | "body" | "patchType"> {
  const patch = (body: JsonObject) => ({ verb: "patch" as const, patchType: "merge" as const, body });
  switch (effect.type) {
    case "delete":
      return { verb: "delete", body: { kind: "DeleteOptions", apiVersion: "v1", propagationPolicy: "Background" } };
    case "scale":
      return patch({ spec: { replicas: effect.replicas } });
    case "restart":
      return patch({
        spec: { template: { metadata: { annotations: { "kubectl.kubernetes.io/restartedAt": timestamp } } } },
      });
    case "cordon":
      return patch({ spec: { unschedulable: effect.isUnschedulable || null } });
  }
}

function outcome(effect: Change): string {
  switch (effect.type) {
    case "delete":
      return "deleted";
    case "scale":
      return `scaled to ${effect.replicas}`;
    case "restart":
      return "restarted";
    case "cordon":
      return effect.isUnschedulable ? "cordoned" : "uncordoned";
  }
}

/** The selector of a workload or Service, as text; empty when it selects nothing. */
export async function podSelector(transport: Transport, { resource, namespace, name }: ObjectAddress): Promise<string> {
  const { group, version } = resource;
  const object = await transport.request({ verb: "get", group, version, resource: resource.resource, namespace, name });
  // Every object is JSON; its spec is looked at with care.
  const selector = objectIn(object as KubeObject & JsonObject, "spec")["selector"];
  if (!isJsonObject(selector)) return "";
  const isPlain = resource.resource === "services" || resource.resource === "replicationcontrollers";
  // Parse edge: the server has validated what it stored.
  return isPlain ? selectorOfLabels(selector as Record<string, string>).text : labelSelectorOf(selector).text;
}
