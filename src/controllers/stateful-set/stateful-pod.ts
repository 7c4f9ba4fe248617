import type { StatefulSet } from "../../api/types/apps-v1.ts";
import type { PersistentVolumeClaim, Pod, PodTemplateSpec, Volume } from "../../api/types/core-v1.ts";
import { podFromTemplate } from "../replicas/pod-from-template.ts";
import { REVISION_HASH_LABEL } from "../revision-history.ts";

const POD_NAME_LABEL = "statefulset.kubernetes.io/pod-name";
const POD_INDEX_LABEL = "apps.kubernetes.io/pod-index";

export const firstOrdinal = ({ spec }: StatefulSet): number => spec?.ordinals?.start ?? 0;

const podName = ({ metadata }: StatefulSet, ordinal: number): string => `${metadata.name ?? ""}-${ordinal}`;

/** The number at the end of a pod's name; undefined for a pod that is not named after its set. */
export function ordinalOf(
  { metadata: { name: setName = "" } }: StatefulSet,
  { metadata: { name = "" } }: Pod,
): number | undefined {
  const suffix = name.startsWith(`${setName}-`) ? name.slice(setName.length + 1) : "";
  return /^\d+$/.test(suffix) ? Number(suffix) : undefined;
}

export const revisionOf = ({ metadata }: Pod): string => metadata.labels?.[REVISION_HASH_LABEL] ?? "";

/** The pod of an ordinal: always the same name, the same host name and the same claims, whatever its template. */
export function statefulPod(set: StatefulSet, template: PodTemplateSpec, revision: string, ordinal: number): Pod {
  const { metadata, spec, ...rest } = podFromTemplate(template, set);
  const { generateName: _generateName, ...kept } = metadata;
  const name = podName(set, ordinal);
  return {
    ...rest,
    metadata: {
      ...kept,
      name,
      labels: {
        ...metadata.labels,
        [POD_NAME_LABEL]: name,
        [POD_INDEX_LABEL]: String(ordinal),
        [REVISION_HASH_LABEL]: revision,
      },
    },
    spec: {
      containers: [],
      ...spec,
      hostname: name,
      ...(set.spec?.serviceName ? { subdomain: set.spec.serviceName } : {}),
      volumes: withClaims(spec?.volumes ?? [], claimsOf(set, ordinal)),
    },
  };
}

/** A claim for each claim template, under the template's name. */
export function claimsOf(set: StatefulSet, ordinal: number): ReadonlyMap<string, PersistentVolumeClaim> {
  const { selector, volumeClaimTemplates = [] } = set.spec ?? {};
  return new Map(
    volumeClaimTemplates.map((template): [string, PersistentVolumeClaim] => {
      const { name = "", labels, annotations } = template.metadata;
      const metadata = {
        name: `${name}-${podName(set, ordinal)}`,
        namespace: set.metadata.namespace,
        labels: { ...labels, ...selector?.matchLabels },
        ...(annotations ? { annotations } : {}),
      };
      return [
        name,
        {
          apiVersion: "v1",
          kind: "PersistentVolumeClaim",
          metadata,
          ...(template.spec ? { spec: template.spec } : {}),
        },
      ];
    }),
  );
}

function withClaims(volumes: readonly Volume[], claims: ReadonlyMap<string, PersistentVolumeClaim>): Volume[] {
  const claimed = [...claims].map(([name, { metadata }]): Volume => ({
    name,
    persistentVolumeClaim: { claimName: metadata.name ?? "" },
  }));
  return [...claimed, ...volumes.filter(({ name }) => !claims.has(name))];
}
