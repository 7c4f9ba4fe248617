import { CUSTOM_PRIORITY } from "../api/discovery-priority.ts";
import { apiservices, customresourcedefinitions } from "../api/resources.ts";
import { semanticEqual } from "../api/semantic-equal.ts";
import type { APIService } from "../api/types/apiregistration-v1.ts";
import type { Action } from "./actions.ts";
import { type Controller, defineController, watch, API_SERVER } from "./controller.ts";

const MANAGED_LABEL = "kube-aggregator.kubernetes.io/automanaged";
const ALWAYS = "true";

interface Snapshot {
  readonly name: string;
  readonly current: APIService | undefined;
  /** Whether a definition serves this version of this group. */
  readonly isDefined: boolean;
}

/** Registers the group versions that users define, for as long as a definition serves them. */
export const apiServiceRegistrationController: Controller = defineController<Snapshot>({
  name: "crd-registration-controller",
  user: API_SERVER,
  connect({ informers }) {
    const definitions = informers.informer(customresourcedefinitions);
    const registered = informers.informer(apiservices);
    return {
      watches: [
        watch(definitions, ({ spec }) => spec.versions.map(({ name }) => `${name}.${spec.group}`)),
        watch(registered, ({ metadata }) => [metadata.name ?? ""]),
      ],
      snapshot: (name) => ({
        name,
        current: registered.get(name),
        isDefined: definitions
          .list()
          .some(({ spec }) =>
            spec.versions.some((version) => version.served && `${version.name}.${spec.group}` === name),
          ),
      }),
    };
  },
  reconcile: registrationActions,
});

function registrationActions({ name, current, isDefined }: Snapshot): readonly Action[] {
  if (current && current.metadata.labels?.[MANAGED_LABEL] !== ALWAYS) return [];
  if (!isDefined) return current ? [{ do: "delete", type: apiservices, object: current }] : [];
  const [version = "", ...group] = name.split(".");
  const spec = {
    group: group.join("."),
    version,
    groupPriorityMinimum: CUSTOM_PRIORITY.group,
    versionPriority: CUSTOM_PRIORITY.version,
  };
  if (current) {
    return semanticEqual(current.spec, spec)
      ? []
      : [{ do: "update", type: apiservices, object: { ...current, spec } as APIService }];
  }
  const object: APIService = {
    apiVersion: "apiregistration.k8s.io/v1",
    kind: "APIService",
    metadata: { name, labels: { [MANAGED_LABEL]: ALWAYS } },
    spec,
  };
  return [{ do: "create", type: apiservices, object }];
}
