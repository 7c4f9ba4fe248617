import type { KubeObject } from "../api/resource-type.ts";
import { deletionFindings } from "./deletion.ts";
import type { Finding } from "./finding.ts";
import { otherSubject } from "./other-subject.ts";
import type { Snapshot } from "./snapshot.ts";
import type { Subject } from "./subject.ts";
import { subjects } from "./subjects.ts";

export interface ObjectName {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

/** A finding, and all the objects it is true of. */
export interface Trouble extends Finding {
  readonly about: readonly ObjectName[];
}

export interface Diagnosis {
  readonly object: ObjectName;
  readonly verdict: "well" | "waiting" | "wrong";
  readonly state: string;
  /** From the owner that nobody owns down to the object's own. */
  readonly owners: readonly ObjectName[];
  readonly troubles: readonly Trouble[];
}

const objectName = ({ kind, metadata }: KubeObject): ObjectName => ({
  kind,
  namespace: metadata.namespace ?? "",
  name: metadata.name ?? "",
});

/** Why an object does not work: its own troubles, and those of everything it needs. */
export function diagnose(object: KubeObject, snapshot: Snapshot): Diagnosis {
  return diagnosisOf(object, reachable(object, snapshot), snapshot);
}

/** Everything that is not well. A trouble is told once, with the biggest thing it concerns: of a workload rather than of its pods. */
export function diagnoseAll(snapshot: Snapshot): readonly Diagnosis[] {
  const told = new Set<string>();
  return subjects
    .flatMap(({ type }) => snapshot.list(type))
    .filter((object) => snapshot.ownersOf(object).length === 0)
    .map((object) => diagnose(object, snapshot))
    .filter(({ verdict, troubles }) => {
      const keys = troubles.filter(({ severity }) => severity !== "note").flatMap(troubleKeys);
      const isNew = verdict !== "well" && keys.some((key) => !told.has(key));
      for (const key of keys) told.add(key);
      return isNew;
    });
}

/** A trouble of something bigger counts for the same object too. */
const troubleKeys = ({ code, about }: Trouble): readonly string[] =>
  about.map(({ kind, namespace, name }) => [code, kind, namespace, name].join("/"));

/** The object, and then what it owns and needs, level by level. */
function reachable(start: KubeObject, snapshot: Snapshot): readonly KubeObject[] {
  const found = new Set([start]);
  for (const object of found) {
    const about = subjectOf(object);
    if (about.isIdle?.(object)) continue;
    for (const next of [...snapshot.ownedBy(object), ...(about.related?.(object, snapshot) ?? [])]) found.add(next);
  }
  return [...found];
}

function diagnosisOf(object: KubeObject, needs: readonly KubeObject[], snapshot: Snapshot): Diagnosis {
  const troubles = withoutSymptoms(needs.flatMap((each) => troublesOf(each, each === object, snapshot)));
  const severities = new Set(troubles.map(({ severity }) => severity));
  const isWrong = severities.has("error") || severities.has("symptom");
  return {
    object: objectName(object),
    verdict: isWrong ? "wrong" : severities.has("waiting") ? "waiting" : "well",
    state: subjectOf(object).state(object, snapshot),
    owners: ownerChain(object, snapshot),
    troubles: merged(troubles).toSorted((left, right) => ORDER[left.severity] - ORDER[right.severity]),
  };
}

const ORDER = { error: 0, symptom: 1, waiting: 2, note: 3 };

function troublesOf(object: KubeObject, isAsked: boolean, snapshot: Snapshot): readonly Trouble[] {
  const found = [...deletionFindings(object, snapshot), ...subjectOf(object).findings(object, snapshot)];
  // What is good to know of others would bury what matters.
  const told = isAsked ? found : found.filter(({ severity }) => severity !== "note");
  return told.map((each) => ({ ...each, about: [objectName(object)] }));
}

/** With a cause at hand, what follows from it only distracts. */
function withoutSymptoms(troubles: readonly Trouble[]): readonly Trouble[] {
  const severities = new Set(troubles.map(({ severity }) => severity));
  if (severities.has("error")) return troubles.filter(({ severity }) => severity === "error" || severity === "note");
  return severities.has("symptom") ? troubles.filter(({ severity }) => severity !== "waiting") : troubles;
}

function merged(troubles: readonly Trouble[]): readonly Trouble[] {
  const groups = Map.groupBy(troubles, ({ code, problem }) => `${code}\n${problem}`);
  return [...groups.values()].flatMap(([first, ...others]) =>
    first ? [{ ...first, about: [...first.about, ...others.flatMap(({ about }) => about)] }] : [],
  );
}

function ownerChain(object: KubeObject, snapshot: Snapshot): readonly ObjectName[] {
  const chain: KubeObject[] = [];
  for (let [owner] = snapshot.ownersOf(object); owner && !chain.includes(owner); [owner] = snapshot.ownersOf(owner))
    chain.unshift(owner);
  return chain.map(objectName);
}

const subjectByType = new Map(subjects.map((each) => [`${each.type.group}/${each.type.kind}`, each]));

function subjectOf({ apiVersion, kind }: KubeObject): Omit<Subject, "type"> {
  const group = apiVersion.includes("/") ? apiVersion.slice(0, apiVersion.indexOf("/")) : "";
  return subjectByType.get(`${group}/${kind}`) ?? otherSubject;
}
