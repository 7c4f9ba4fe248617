import { createHash } from "node:crypto";

import { badRequest, invalid } from "../../api/api-error.ts";
import { FieldErrors } from "../../api/field-errors.ts";
import { schemaOf } from "../../api/kind-schema.ts";
import { pod as podKind } from "../../api/kinds/core/pod.ts";
import { podQos } from "../../api/pod-qos.ts";
import { referencedKind } from "../../api/referenced-kind.ts";
import { decodeBody } from "../../api/schema/decode-body.ts";
import { CONFIG_HASH, CONFIG_SEEN, CONFIG_SOURCE } from "../../api/static-pod.ts";
import type { Pod } from "../../api/types/core-v1.ts";

export interface ManifestOrigin {
  readonly path: string;
  readonly nodeName: string;
  /** RFC 3339. */
  readonly seenAt: string;
}

/** The pod that a file of a node describes, with defaults. Throws an Error that says what is wrong with the file. */
export function staticPod(text: string, { path, nodeName, seenAt }: ManifestOrigin): Pod {
  const { object } = decodeBody({
    body: new TextEncoder().encode(text),
    format: "yaml",
    expected: podKind.type,
    schema: schemaOf(podKind),
    fieldValidation: "Ignore",
  });
  // The kind's definition is that of pods.
  const pod = object as unknown as Pod;
  podKind.defaults?.(pod);
  const { name, namespace = "default", labels, annotations } = pod.metadata;
  if (!name) throw badRequest("invalid pod: name is needed for the pod");
  const hash = hashOf(pod, nodeName, path);
  const own = { [CONFIG_HASH]: hash, [CONFIG_SEEN]: seenAt, [CONFIG_SOURCE]: "file" };
  const tolerations = pod.spec?.tolerations ?? [];
  const isTolerant = tolerations.some(
    ({ operator, effect, key, value }) => operator === "Exists" && effect === "NoExecute" && !key && !value,
  );
  const made: Pod = {
    ...pod,
    metadata: {
      name: `${name}-${nodeName.toLowerCase()}`,
      namespace,
      uid: hash,
      ...(labels ? { labels } : {}),
      annotations: { ...annotations, ...own },
    },
    spec: {
      containers: [],
      ...pod.spec,
      nodeName,
      // It stays whatever is wrong with the node.
      tolerations: isTolerant ? tolerations : [...tolerations, { operator: "Exists", effect: "NoExecute" }],
    },
    status: { phase: "Pending", qosClass: podQos(pod) },
  };
  const errors = new FieldErrors();
  podKind.strategy.validate?.(made, errors);
  if (!errors.isEmpty) throw invalid(podKind.type, made.metadata.name ?? "", errors.errors);
  const referenced = referencedKind(made);
  if (referenced !== undefined) throw badRequest(`static pods may not reference ${referenced}`);
  return made;
}

function hashOf(pod: Pod, nodeName: string, path: string): string {
  const hash = createHash("sha256").update(JSON.stringify(pod)).update(`host:${nodeName}`).update(`file:${path}`);
  return hash.digest("hex").slice(0, 32);
}
