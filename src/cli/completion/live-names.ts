import { pods } from "../../api/resources.ts";
import { preferredResources } from "../discovery/resource-mapper.ts";
import { groupResource, type ResourceMapping } from "../discovery/resource-mapping.ts";
import { itemsOf, nameOf } from "../objects/api-object.ts";
import { requestResource } from "../objects/resource-requests.ts";
import type { Session } from "../session.ts";
import { type Candidates, NOTHING, textsOnly } from "./candidates.ts";
import type { Positional } from "./positionals.ts";

const METADATA_ONLY = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json";
const MOST_NAMES = "500";

/** The names of what there is of a type, in the namespace of the line. */
export async function namesOf(session: Session, mapping: ResourceMapping): Promise<readonly string[]> {
  const { namespace } = await session.target();
  const list = await requestResource(
    await session.transport(),
    { mapping, namespace: mapping.namespaced ? namespace : "" },
    { method: "GET", accept: METADATA_ONLY, query: { limit: MOST_NAMES } },
  );
  return (itemsOf(list) ?? []).map(nameOf);
}

export async function typeNames(session: Session): Promise<readonly string[]> {
  const { groups } = (await session.mapper()).discovery;
  return groups
    .flatMap(preferredResources)
    .filter(({ verbs }) => verbs.includes("list") || verbs.includes("get"))
    .map(groupResource)
    .toSorted();
}

/** `TYPE NAME...` and `TYPE/NAME...`; several types with commas have no names to offer. */
export async function typesAndNames(
  session: Session,
  { types }: Extract<Positional, { form: "types-and-names" }>,
  args: readonly string[],
  typed: string,
): Promise<Candidates> {
  const slash = typed.indexOf("/");
  if (slash >= 0) {
    const type = typed.slice(0, slash);
    return textsOnly((await namesOfType(session, type)).map((name) => `${type}/${name}`).filter(notAmong(args)));
  }
  const [type] = args;
  if (type === undefined) {
    const comma = typed.lastIndexOf(",");
    const before = typed.slice(0, comma + 1);
    return textsOnly((types ?? (await typeNames(session))).map((each) => before + each));
  }
  if (type.includes(",")) return NOTHING;
  if (type.includes("/")) return NOTHING;
  return textsOnly((await namesOfType(session, type)).filter(notAmong(args)));
}

const notAmong =
  (args: readonly string[]) =>
  (name: string): boolean =>
    !args.includes(name);

export async function namesOfType(session: Session, type: string): Promise<readonly string[]> {
  const mapping = (await session.mapper()).findResource(type);
  return mapping ? await namesOf(session, mapping) : [];
}

const WITH_PODS = [
  "daemonsets",
  "deployments",
  "jobs",
  "pods",
  "replicasets",
  "replicationcontrollers",
  "services",
  "statefulsets",
];

/** Pods by their names, and what else leads to one. */
export async function podsAndOwners(session: Session, typed: string): Promise<Candidates> {
  const slash = typed.indexOf("/");
  if (slash >= 0) {
    const type = typed.slice(0, slash);
    return textsOnly((await namesOfType(session, type)).map((name) => `${type}/${name}`));
  }
  const names = await namesOf(session, asMapping(pods));
  const types = WITH_PODS.map((type) => `${type}/`);
  const isType = types.some((type) => type.startsWith(typed)) && !names.some((name) => name.startsWith(typed));
  return { ...textsOnly([...names, ...types]), noSpace: isType };
}

export const asMapping = (
  type: Pick<ResourceMapping, "group" | "version" | "resource" | "kind" | "namespaced">,
): ResourceMapping => ({
  ...type,
  singular: "",
  shortNames: [],
  categories: [],
  verbs: [],
  subresources: [],
});

export async function containerNamesOf(session: Session, pod: string): Promise<readonly string[]> {
  const name = pod.replace(/^pods?\//, "");
  if (name.includes("/")) return [];
  const { namespace } = await session.target();
  const { spec } = await (await session.client()).resource(pods).get({ namespace, name });
  return [...(spec?.initContainers ?? []), ...(spec?.containers ?? [])].map((container) => container.name);
}
