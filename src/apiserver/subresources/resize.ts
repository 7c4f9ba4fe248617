import type { Container, Pod } from "../../api/types/core-v1.ts";
import type { Handlers } from "../handlers.ts";
import { partRules } from "../update-rules.ts";
import { get } from "../verbs/get.ts";
import { patchWith } from "../verbs/patch.ts";
import { updateWith } from "../verbs/update.ts";

/** The resources of a running pod's containers. */
const rules = partRules((kept, sent) => {
  // Only pods have this path.
  const { spec } = kept as Pod;
  const wanted = (sent as Pod).spec;
  if (!spec || !wanted) return;
  takeResources(spec.containers, wanted.containers);
  takeResources(spec.initContainers ?? [], wanted.initContainers ?? []);
});

function takeResources(kept: readonly Container[], sent: readonly Container[]): void {
  for (const container of kept) {
    const wanted = sent.find(({ name }) => name === container.name);
    if (wanted) Object.assign(container, { resources: wanted.resources, resizePolicy: wanted.resizePolicy });
  }
}

export const resize: Handlers = { get, update: updateWith(rules), patch: patchWith(rules) };
