import { apiVersionOf, type KubeObject, type ResourceType } from "../../api/resource-type.ts";
import type { OwnerReference } from "../../api/types/meta-v1.ts";
import type { Client } from "../../client/client.ts";
import type { InformerFactory } from "../../client/informer-factory.ts";
import type { Informer } from "../../client/informer.ts";
import { defineController, type Controller, type Watch, systemAccount } from "../controller.ts";
import { CustomTypes } from "../custom-types.ts";
import { collectionActions, orphansDependents, waitsForDependents, type Owner } from "./collection.ts";
import { DependencyGraph, type Member } from "./dependency-graph.ts";

/**
 * Deletes what its owners left behind, and carries out foreground and orphaning deletions. It follows every kind in `types`,
 * but keeps only metadata. Nothing is deleted because an owner is not in a cache: the server is asked.
 */
export function garbageCollector(types: readonly ResourceType[]): Controller {
  return defineController({
    name: "garbage-collector-controller",
    user: systemAccount("generic-garbage-collector"),
    workers: 20,
    connect({ client, informers }) {
      const graph = new DependencyGraph();
      const typeByKind = new Map(types.map((type) => [`${apiVersionOf(type)}/${type.kind}`, type]));
      const customTypes = new CustomTypes(informers);
      const typeOf = ({ apiVersion, kind }: OwnerReference): ResourceType | undefined =>
        typeByKind.get(`${apiVersion}/${kind}`) ?? customTypes.find(apiVersion, kind);
      return {
        watches: [
          ...types.map((type) => follow(graph, type, informers.metadata(type))),
          (concern) => customTypes.each((type) => followUntilGone(graph, type, informers, concern)),
        ],
        async snapshot(uid) {
          const member = graph.get(uid);
          if (!member) return undefined;
          const references = needsOwners(member.object) ? (member.object.metadata.ownerReferences ?? []) : [];
          const owners = await Promise.all(
            references.map((reference) => findOwner({ graph, client, typeOf, member, reference })),
          );
          return { member, owners, dependents: graph.dependentsOf(uid) };
        },
      };
    },
    reconcile: collectionActions,
  });
}

/** As `follow`, for a kind that may cease to be: with it goes whatever of it was still known. */
function followUntilGone(
  graph: DependencyGraph,
  type: ResourceType,
  informers: InformerFactory,
  concern: (key: string) => void,
): () => void {
  const informer = informers.metadata(type);
  const stop = follow(graph, type, informer)(concern);
  return () => {
    stop();
    for (const { metadata } of informer.list()) {
      const { uid = "" } = metadata;
      const dependents = graph.dependentsOf(uid);
      graph.delete(uid);
      for (const { object } of dependents) concern(object.metadata.uid ?? "");
    }
    informers.releaseMetadata(type);
  };
}

/** Keeps the graph, and tells whose turn a change makes it. */
function follow(graph: DependencyGraph, type: ResourceType, informer: Informer<KubeObject>): Watch {
  return (concern) => {
    const concernDependents = (uid: string): void => {
      for (const { object } of graph.dependentsOf(uid)) concern(object.metadata.uid ?? "");
    };
    const concernWaitingOwners = ({ metadata }: KubeObject): void => {
      for (const { uid } of metadata.ownerReferences ?? []) {
        const owner = graph.get(uid);
        if (owner && waitsForDependents(owner.object)) concern(uid);
      }
    };
    const see = (object: KubeObject): void => {
      const { uid = "" } = object.metadata;
      graph.set({ type, object });
      if (waitsForDependents(object)) concernDependents(uid);
      if (waitsForDependents(object) || orphansDependents(object) || hasLostOwner(graph, object)) concern(uid);
    };
    return informer.onChange({
      added: see,
      updated(object, previous) {
        see(object);
        concernWaitingOwners(previous);
      },
      deleted(object) {
        const { uid = "" } = object.metadata;
        graph.delete(uid);
        concernDependents(uid);
        concernWaitingOwners(object);
      },
    });
  };
}

const needsOwners = ({ metadata }: KubeObject): boolean => metadata.deletionTimestamp === undefined;

/** Whether any owner is not known to be there and to stay. Most objects end here, and cost no more than this. */
function hasLostOwner(graph: DependencyGraph, object: KubeObject): boolean {
  const { ownerReferences = [], namespace } = object.metadata;
  return ownerReferences.some((reference) => {
    const owner = graph.get(reference.uid);
    return !owner || !isAtPlace(owner, reference, namespace) || waitsForDependents(owner.object);
  });
}

async function findOwner({
  graph,
  client,
  typeOf,
  member,
  reference,
}: {
  readonly graph: DependencyGraph;
  readonly client: Client;
  readonly typeOf: (reference: OwnerReference) => ResourceType | undefined;
  readonly member: Member;
  readonly reference: OwnerReference;
}): Promise<Owner> {
  const { namespace } = member.object.metadata;
  const known = graph.get(reference.uid);
  if (known && isAtPlace(known, reference, namespace)) return { reference, state: stateOf(known.object) };
  if (!known && graph.isDeleted(reference.uid)) return { reference, state: "absent" };

  const type = typeOf(reference);
  // What cannot be looked up must not cost anything its life: kinds nobody serves, and owners in a namespace of cluster-wide objects.
  if (!type || (type.namespaced && namespace === undefined)) return { reference, state: "there" };
  const found = await client
    .resource(type)
    .find({ name: reference.name, namespace: type.namespaced ? namespace : undefined });
  if (found?.metadata.uid === reference.uid) return { reference, state: stateOf(found) };
  return { reference, state: "absent", foundElsewhere: known?.object };
}

/** Whether a reference names the object by its right kind, name and namespace: cluster-wide, or that of the dependent. */
function isAtPlace({ type, object }: Member, reference: OwnerReference, namespace: string | undefined): boolean {
  const isSameKind = type.kind === reference.kind && groupOf(reference.apiVersion) === type.group;
  const isReachable = !type.namespaced || object.metadata.namespace === namespace;
  return isSameKind && object.metadata.name === reference.name && isReachable;
}

const groupOf = (apiVersion: string): string => (apiVersion.includes("/") ? (apiVersion.split("/")[0] ?? "") : "");

const stateOf = (owner: KubeObject): Owner["state"] => (waitsForDependents(owner) ? "waiting-for-dependents" : "there");
