import { labelSelectorText } from "../../api/label-selector.ts";
import type { KubeObject } from "../../api/resource-type.ts";
import { controllerrevisions } from "../../api/resources.ts";
import { definitionOf } from "../../api/schema/schema.ts";
import { applyStrategicMerge } from "../../api/schema/strategic-merge.ts";
import { semanticEqual } from "../../api/semantic-equal.ts";
import type { Deployment } from "../../api/types/apps-v1.ts";
import type { PodTemplateSpec } from "../../api/types/core-v1.ts";
import type { LabelSelector } from "../../api/types/meta-v1.ts";
import type { Client } from "../../client/client.ts";
import { isJsonObject } from "../../lib/json/json-value.ts";
import { UserError } from "../../lib/user-error.ts";
import { listAll, replicaSetsOf, withoutHash } from "../describe/related-objects.ts";
import { type ApiObject, kindOf } from "../objects/api-object.ts";

/** One state that a workload's pod template was in. */
export interface Revision {
  readonly number: number;
  readonly changeCause: string;
  readonly annotations: Readonly<Record<string, string>>;
  readonly template: PodTemplateSpec | undefined;
  /** The object that it is: a ReplicaSet, or the workload as it was then. */
  readonly object: ApiObject;
}

/** Only workloads that keep controller revisions, and what they take from an object. */
interface RevisionOwner extends KubeObject {
  readonly spec?: { readonly selector?: LabelSelector; readonly template?: PodTemplateSpec };
}

/** All that is known of a workload's past, the oldest first. */
export async function revisionsOf(object: ApiObject, client: Client): Promise<readonly Revision[]> {
  const kind = kindOf(object);
  // Parse edge: the kind says which type the object has.
  const found =
    kind === "Deployment"
      ? await deploymentRevisions(object as unknown as Deployment, client)
      : await controllerRevisions(object as unknown as RevisionOwner, client, kind);
  return found.toSorted((left, right) => left.number - right.number);
}

const CHANGE_CAUSE = "kubernetes.io/change-cause";

async function deploymentRevisions(deployment: Deployment, client: Client): Promise<readonly Revision[]> {
  const sets = await replicaSetsOf(client, deployment);
  return sets.map((set) => ({
    number: Number(set.metadata.annotations?.["deployment.kubernetes.io/revision"] ?? "0"),
    changeCause: set.metadata.annotations?.[CHANGE_CAUSE] ?? "",
    annotations: set.metadata.annotations ?? {},
    template: set.spec?.template,
    object: { ...(set as unknown as ApiObject), apiVersion: "apps/v1", kind: "ReplicaSet" },
  }));
}

async function controllerRevisions(owner: RevisionOwner, client: Client, kind: string): Promise<readonly Revision[]> {
  if (kind !== "DaemonSet" && kind !== "StatefulSet")
    throw new UserError(`no history viewer has been implemented for ${JSON.stringify(kind)}`);
  const { namespace, uid } = owner.metadata;
  const labelSelector = labelSelectorText(owner.spec?.selector);
  const all = await listAll(client, controllerrevisions, { namespace, labelSelector });
  return all
    .filter(({ metadata }) => metadata.ownerReferences?.some((each) => each.controller && each.uid === uid))
    .map(({ metadata, revision, data }) => ({
      number: revision,
      changeCause: metadata.annotations?.[CHANGE_CAUSE] ?? "",
      annotations: metadata.annotations ?? {},
      template: templateIn(data),
      object: asOf(owner, data, kind),
    }));
}

/** The workload as a revision has it. */
function asOf(owner: RevisionOwner, data: unknown, kind: string): ApiObject {
  const definition = definitionOf({ group: "apps", version: "v1", kind });
  // Parse edge: objects of the API are JSON.
  const object = { ...owner, apiVersion: "apps/v1", kind } as unknown as ApiObject;
  return definition !== undefined && isJsonObject(data) ? applyStrategicMerge(definition, object, data) : object;
}

/** A controller revision keeps a patch of the workload's spec, with the whole template in it. */
function templateIn(data: unknown): PodTemplateSpec | undefined {
  const spec = isJsonObject(data) ? data["spec"] : undefined;
  const template = isJsonObject(spec) ? spec["template"] : undefined;
  if (!isJsonObject(template)) return undefined;
  const { $patch: _, ...rest } = template;
  return rest;
}

/** The revision to go back to; 0 stands for the one before the current. */
export function revisionToRestore(
  revisions: readonly Revision[],
  wanted: number,
  missing: string,
): Revision & { readonly template: PodTemplateSpec } {
  const found = wanted === 0 ? revisions.at(-2) : revisions.find(({ number }) => number === wanted);
  if (found?.template) return { ...found, template: found.template };
  throw new UserError(wanted === 0 ? missing : `unable to find specified revision ${wanted} in history`);
}

export const isSameTemplate = (left: PodTemplateSpec | undefined, right: PodTemplateSpec | undefined): boolean =>
  semanticEqual(withoutHash(left), withoutHash(right));
