import { describe } from "bun:test";
import { join } from "node:path";

import type { KubeObject, ResourceType } from "../api/resource-type.ts";
import * as resources from "../api/resources.ts";
import { goldenCases } from "../testing/golden-cases.ts";
import { diagnose, diagnoseAll } from "./diagnose.ts";
import { diagnosisText } from "./diagnosis-text.ts";
import { createSnapshot } from "./snapshot.ts";

interface Case {
  /** `Pod/web`; absent: everything. */
  readonly ask?: string;
  readonly objects: readonly KubeObject[];
  readonly logs?: Readonly<Record<string, string>>;
  /** Plurals of what the user may not read. */
  readonly unknown?: readonly string[];
}

const allTypes: readonly ResourceType[] = Object.values(resources);

function explanation({ ask, objects, logs = {}, unknown = [] }: Case, now: number): string {
  const known = allTypes.filter(({ resource }) => !unknown.includes(resource));
  const complete = objects.map(withNamespace);
  const snapshot = createSnapshot({
    now,
    objects: new Map(known.map((type) => [type, complete.filter((object) => isOf(object, type))])),
    lastLogs: new Map(Object.entries(logs)),
  });
  if (ask === undefined) return diagnoseAll(snapshot).map(diagnosisText).join("\n");
  const asked = complete.find(({ kind, metadata }) => `${kind}/${metadata.name}` === ask);
  if (!asked) throw new Error(`The case has no ${ask}`);
  return diagnosisText(diagnose(asked, snapshot));
}

const isOf = ({ apiVersion, kind }: KubeObject, { group, version, kind: wanted }: ResourceType): boolean =>
  kind === wanted && apiVersion === (group === "" ? version : `${group}/${version}`);

/** So that cases say only what matters. */
function withNamespace(object: KubeObject): KubeObject {
  const type = allTypes.find((each) => isOf(object, each));
  const { metadata } = object;
  const namespace = type?.namespaced === false ? undefined : (metadata.namespace ?? "default");
  const uid = metadata.uid ?? `${object.kind}-${metadata.name}`;
  return { ...object, metadata: { ...metadata, uid, ...(namespace === undefined ? {} : { namespace }) } };
}

describe("why", () => goldenCases(join(import.meta.dir, "testdata"), explanation));
