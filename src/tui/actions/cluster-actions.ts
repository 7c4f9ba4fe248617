import { isApiError } from "../../api/api-error.ts";
import { labelSelectorOf, selectorOfLabels } from "../../api/label-selector.ts";
import type { KubeObject } from "../../api/resource-type.ts";
import type { Transport, TransportRequest } from "../../client/transport.ts";
import type { ObjectAddress } from "../../feeds/resource.ts";
import { addressText } from "../../feeds/resource.ts";
import { objectIn } from "../../feeds/table-rows.ts";
import { isJsonObject, type JsonObject } from "../../lib/json/json-value.ts";
import { errorText } from "../../lib/logger.ts";
import type { Effect } from "../state/state.ts";

type Change = Extract<Effect, { type: "delete" | "scale" | "restart" | "cordon" }>;

/** Does a change to each of its objects and says what was done. One that is already gone is as good as deleted. */
export async function change(transport: Transport, effect: Change, timestamp: string): Promise<string> {
  const failures: unknown[] = [];
  for (const target of effect.targets) {
    try {
      const subresource = effect.type === "scale" ? { subresource: "scale" } : {};
      await transport.request({ ...changeRequest(effect, timestamp), ...targetRequest(target), ...subresource });
    } catch (error) {
      if (!(effect.type === "delete" && isApiError(error, "NotFound"))) failures.push(error);
    }
  }
  const [failure, ...others] = failures;
  if (others.length > 0) throw new Error(`${errorText(failure)} (and ${others.length} more failed)`);
  if (failure !== undefined) throw failure;
  const [first] = effect.targets;
  const what = effect.targets.length === 1 && first ? addressText(first) : `${effect.targets.length} objects`;
  return `${what} ${outcome(effect)}`;
}

export function targetRequest({ resource, namespace, name }: ObjectAddress): Omit<TransportRequest, "verb"> {
  return { group: resource.group, version: resource.version, resource: resource.resource, namespace, name };
}

function changeRequest(effect: Change, timestamp: string): Pick<TransportRequest, "verb" | "body" | "patchType"> {
  const patch = (body: JsonObject) => ({ verb: "patch" as const, patchType: "merge" as const, body });
  switch (effect.type) {
    case "delete":
      return {
        verb: "delete",
        body: {
          kind: "DeleteOptions",
          apiVersion: "v1",
          propagationPolicy: "Background",
          ...(effect.isForced ? { gracePeriodSeconds: 0 } : {}),
        },
      };
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
      return effect.isForced ? "killed" : "deleted";
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
  const object = await transport.request({ verb: "get", ...targetRequest({ resource, namespace, name }) });
  // Every object is JSON; its spec is looked at with care.
  const selector = objectIn(object as KubeObject & JsonObject, "spec")["selector"];
  if (!isJsonObject(selector)) return "";
  const isPlain = resource.resource === "services" || resource.resource === "replicationcontrollers";
  // Parse edge: the server has validated what it stored.
  return isPlain ? selectorOfLabels(selector as Record<string, string>).text : labelSelectorOf(selector).text;
}
