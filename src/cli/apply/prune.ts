import type { HttpsTransport } from "../../client/https-transport.ts";
import { UserError } from "../../lib/user-error.ts";
import type { CliContext } from "../context.ts";
import type { PropagationPolicy } from "../delete/cascade.ts";
import type { ResourceMapper } from "../discovery/resource-mapper.ts";
import { apiVersionOfMapping, type ResourceMapping } from "../discovery/resource-mapping.ts";
import { messageOf } from "../error-message.ts";
import { klogLine } from "../klog-line.ts";
import {
  annotationsOf,
  type ApiObject,
  itemsOf,
  metadataOf,
  nameOf,
  namespaceOf,
  textIn,
} from "../objects/api-object.ts";
import { requestResource } from "../objects/resource-requests.ts";
import type { DryRun } from "../objects/write-options.ts";
import { LAST_APPLIED } from "./last-applied.ts";

/** An object that the manifests no longer have. */
export interface PrunableObject {
  readonly mapping: ResourceMapping;
  readonly namespace: string;
  readonly object: ApiObject;
}

/** Which objects are looked at: those that were applied once, in the namespaces of what is applied now. */
export interface PruneScope {
  readonly mappings: readonly ResourceMapping[];
  readonly namespaces: readonly string[];
  readonly labelSelector: string;
}

/** What kubectl prunes when no list is given. */
const DEFAULT_KINDS = [
  "v1 ConfigMap",
  "v1 Endpoints",
  "v1 PersistentVolumeClaim",
  "v1 Pod",
  "v1 ReplicationController",
  "v1 Secret",
  "v1 Service",
  "batch/v1 Job",
  "batch/v1 CronJob",
  "networking.k8s.io/v1 Ingress",
  "apps/v1 DaemonSet",
  "apps/v1 Deployment",
  "apps/v1 ReplicaSet",
  "apps/v1 StatefulSet",
  "v1 Namespace",
  "v1 PersistentVolume",
];

/** The kinds of a list of `group/version/kind`, where `core` is the group without a name. */
export function pruneMappings(
  mapper: ResourceMapper,
  allowlist: readonly string[],
  context: Pick<CliContext, "clock" | "stderr">,
): readonly ResourceMapping[] {
  if (allowlist.length > 0) return allowlist.map((entry) => allowedMapping(mapper, entry));
  context.stderr.write(
    klogLine(
      "W",
      context,
      "prune.ts",
      "Deprecated: kubectl apply will no longer prune non-namespaced resources by default when used with the --namespace flag in a future release. To preserve the current behaviour, list the resources you want to target explicitly in the --prune-allowlist flag.",
    ),
  );
  return DEFAULT_KINDS.map((entry) => {
    const [apiVersion = "", kind = ""] = entry.split(" ");
    return mappingOf(mapper, apiVersion, kind);
  });
}

function allowedMapping(mapper: ResourceMapper, entry: string): ResourceMapping {
  const [group = "", version = "", kind = "", ...more] = entry.split("/");
  if (kind === "" || more.length > 0)
    throw new UserError(`invalid GroupVersionKind format: ${entry}, please follow <group/version/kind>`);
  return mappingOf(mapper, group === "core" || group === "" ? version : `${group}/${version}`, kind);
}

function mappingOf(mapper: ResourceMapper, apiVersion: string, kind: string): ResourceMapping {
  const found = mapper.kindFor(apiVersion, kind);
  if (!found)
    throw new UserError(`no matches for kind ${JSON.stringify(kind)} in version ${JSON.stringify(apiVersion)}`);
  return found;
}

/** Those of them that were applied once, and are not among the ids of what is applied now. */
export async function prunableObjects(
  transport: HttpsTransport,
  { mappings, namespaces, labelSelector }: PruneScope,
  keptUids: ReadonlySet<string>,
): Promise<readonly PrunableObject[]> {
  const collections = [
    ...namespaces.flatMap((namespace) =>
      mappings.filter(({ namespaced }) => namespaced).map((mapping) => ({ mapping, namespace })),
    ),
    ...mappings.filter(({ namespaced }) => !namespaced).map((mapping) => ({ mapping, namespace: "" })),
  ];
  const found = await Promise.all(
    collections.map(async ({ mapping, namespace }) => {
      const query = labelSelector === "" ? {} : { labelSelector };
      const list = await requestResource(transport, { mapping, namespace }, { method: "GET", query }).catch(
        (error: unknown) => {
          const scope = mapping.namespaced ? "namespaced" : "nonNamespaced";
          throw new UserError(`error pruning ${scope} object ${goGvk(mapping)}: ${messageOf(error)}`);
        },
      );
      return (itemsOf(list) ?? []).map((item) => ({ mapping, namespace, object: typed(item, mapping) }));
    }),
  );
  return found
    .flat()
    .filter(
      ({ object }) =>
        annotationsOf(object)[LAST_APPLIED] !== undefined && !keptUids.has(textIn(metadataOf(object), "uid")),
    );
}

export const goGvk = ({ group, version, kind }: ResourceMapping): string => `${group}/${version}, Kind=${kind}`;

/** The items of a list say nothing of their type. */
export const typed = (object: ApiObject, mapping: ResourceMapping): ApiObject => ({
  ...object,
  apiVersion: apiVersionOfMapping(mapping),
  kind: mapping.kind,
});

export interface PruneDeletion {
  readonly dryRun: DryRun;
  readonly propagationPolicy: PropagationPolicy;
  /** Below zero leaves it to the object. */
  readonly gracePeriodSeconds: number;
}

export async function deletePruned(
  transport: HttpsTransport,
  { mapping, object }: PrunableObject,
  { dryRun, propagationPolicy, gracePeriodSeconds }: PruneDeletion,
): Promise<void> {
  if (dryRun === "client") return;
  const body = {
    kind: "DeleteOptions",
    apiVersion: "v1",
    ...(gracePeriodSeconds < 0 ? {} : { gracePeriodSeconds }),
    ...(dryRun === "server" ? { dryRun: ["All"] } : {}),
    propagationPolicy,
  };
  const address = { mapping, namespace: namespaceOf(object), name: nameOf(object) };
  await requestResource(transport, address, { method: "DELETE", body });
}
