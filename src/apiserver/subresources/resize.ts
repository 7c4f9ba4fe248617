import { validatePodResize } from "../../api/kinds/core/pod-resize-validation.ts";
import type { Container, Pod } from "../../api/types/core-v1.ts";
import type { Handlers } from "../handlers.ts";
import { partRules } from "../objects/update-rules.ts";
import { get } from "../verbs/get.ts";
import { patchWith } from "../verbs/patch.ts";
import { updateWith } from "../verbs/update.ts";

/** The resources of a running pod and of its containers. Only pods have this path. */
const rules = partRules((kept, sent) => {
  const { spec } = kept as Pod;
  const wanted = (sent as Pod).spec;
  if (!spec || !wanted) return;
  spec.resources = wanted.resources;
  spec.containers = withResources(spec.containers, wanted.containers);
  spec.initContainers = spec.initContainers && withResources(spec.initContainers, wanted.initContainers ?? []);
}, validatePodResize);

/** Other containers than before are taken as they are, for validation to refuse them. */
function withResources(kept: readonly Container[], sent: readonly Container[]): Container[] {
  const isSame = kept.length === sent.length && kept.every(({ name }, index) => sent[index]?.name === name);
  if (!isSame) return [...sent];
  return kept.map((container, index) => ({
    ...container,
    resources: sent[index]?.resources,
    resizePolicy: sent[index]?.resizePolicy,
  }));
}

export const resize: Handlers = { get, update: updateWith(rules), patch: patchWith(rules) };
