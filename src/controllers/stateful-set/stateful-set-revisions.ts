import type { ControllerRevision, StatefulSet } from "../../api/types/apps-v1.ts";
import type { PodTemplateSpec } from "../../api/types/core-v1.ts";
import type { Action } from "../actions.ts";
import { historyCleanUp, revisionHistory, revisionName, templatePatch } from "../revision-history.ts";
import { templateHash } from "../template-hash.ts";

/** The label of a revision itself; pods name revisions by their names. */
const HASH_LABEL = "controller.kubernetes.io/hash";

export interface StatefulSetRevisions {
  /** What pods are of that the update has not reached. */
  readonly current: VersionedTemplate;
  /** What all pods are to be of in the end. */
  readonly update: VersionedTemplate;
  readonly actions: readonly Action[];
  readonly isNew: boolean;
  cleanUp(revisionsInUse: ReadonlySet<string>): readonly Action[];
}

interface VersionedTemplate {
  readonly name: string;
  readonly template: PodTemplateSpec;
}

export function statefulSetRevisions(set: StatefulSet, existing: readonly ControllerRevision[]): StatefulSetRevisions {
  const { template = {}, revisionHistoryLimit = 10 } = set.spec ?? {};
  const hash = templateHash(template, set.status?.collisionCount);
  const history = revisionHistory(
    {
      owner: set,
      name: revisionName(set, hash),
      data: templatePatch(template),
      labels: { ...template.metadata?.labels, [HASH_LABEL]: hash },
      annotations: set.metadata.annotations,
    },
    existing,
  );
  const update = { name: history.current.metadata.name ?? "", template };
  const before = history.old.find(({ metadata }) => metadata.name === set.status?.currentRevision);
  const current = before ? { name: before.metadata.name ?? "", template: templateIn(before) } : update;
  return {
    current,
    update,
    actions: history.actions,
    isNew: history.actions.some((action) => action.do === "create"),
    cleanUp(revisionsInUse) {
      const unused = history.old.filter(
        ({ metadata: { name = "" } }) => !revisionsInUse.has(name) && name !== current.name,
      );
      return historyCleanUp(unused, unused.length - revisionHistoryLimit);
    },
  };
}

export const updateRevisionName = (set: StatefulSet): string =>
  revisionName(set, templateHash(set.spec?.template ?? {}, set.status?.collisionCount));

function templateIn({ data }: ControllerRevision): PodTemplateSpec {
  // Revisions of a set hold what `templatePatch` made.
  const { $patch: _patch, ...template } = (data as ReturnType<typeof templatePatch>).spec.template;
  return template;
}
