import { goText } from "../../lib/go/go-text.ts";
import type { JsonObject } from "../../lib/json/json-value.ts";
import { UserError } from "../../lib/user-error.ts";
import type { ResourceMapping } from "../discovery/resource-mapping.ts";
import { type ApiObject, labelsOf, objectIn, objectsIn, stringsIn, textIn } from "../objects/api-object.ts";

/** What of an object a Service for it is made of. */
export interface Exposed {
  /** Selects the pods. Not looked at when the user gives one. */
  selector(): Readonly<Record<string, string>>;
  /** In order, each once. */
  readonly ports: readonly ExposedPort[];
}

export interface ExposedPort {
  readonly port: number;
  readonly protocols: readonly string[];
}

const EXPOSABLE = new Set(["ReplicationController.", "Service.", "Pod.", "Deployment.apps", "ReplicaSet.apps"]);

export function exposed({ kind, group }: Pick<ResourceMapping, "kind" | "group">, object: ApiObject): Exposed {
  if (!EXPOSABLE.has(`${kind}.${group}`))
    throw new UserError(`cannot expose a ${group === "" ? kind : `${kind}.${group}`}`);
  const spec = objectIn(object, "spec");
  const containers = objectsIn(kind === "Pod" ? spec : objectIn(objectIn(spec, "template"), "spec"), "containers");
  const ports =
    kind === "Service"
      ? exposedPorts(objectsIn(spec, "ports"), "port")
      : exposedPorts(
          containers.flatMap((container) => objectsIn(container, "ports")),
          "containerPort",
        );
  return { selector: () => selectorOf(kind, object), ports };
}

function selectorOf(kind: string, object: ApiObject): Readonly<Record<string, string>> {
  const spec = objectIn(object, "spec");
  switch (kind) {
    case "Pod":
      if (Object.keys(labelsOf(object)).length === 0)
        throw new UserError("the pod has no labels and cannot be exposed");
      return labelsOf(object);
    case "Service":
      if (spec["selector"] === undefined) throw new UserError("the service has no pod selector set");
      return stringsIn(spec, "selector");
    case "ReplicationController":
      return stringsIn(spec, "selector");
    default:
      return labelsOfSelector(kind, objectIn(spec, "selector"));
  }
}

function labelsOfSelector(kind: string, selector: JsonObject): Readonly<Record<string, string>> {
  const labels = stringsIn(selector, "matchLabels");
  if (Object.keys(labels).length === 0)
    throw new UserError(`invalid ${kind.toLowerCase()}: no selectors, therefore cannot be exposed`);
  const expressions = objectsIn(selector, "matchExpressions");
  if (expressions.length > 0)
    throw new UserError(`couldn't convert expressions - "${goText(expressions)}" to map-based selector format`);
  return labels;
}

function exposedPorts(ports: readonly JsonObject[], key: string): readonly ExposedPort[] {
  const protocolsByPort = new Map<number, Set<string>>();
  for (const entry of ports) {
    const port = Number(entry[key]);
    const protocols = protocolsByPort.get(port) ?? new Set<string>();
    protocols.add(textIn(entry, "protocol") || "TCP");
    protocolsByPort.set(port, protocols);
  }
  return [...protocolsByPort].map(([port, protocols]) => ({ port, protocols: [...protocols] }));
}
