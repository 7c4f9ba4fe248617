import { validateEphemeralContainersUpdate } from "../../api/kinds/core/ephemeral-containers-update-validation.ts";
import type { Pod } from "../../api/types/core-v1.ts";
import type { Handlers } from "../handlers.ts";
import { partRules } from "../objects/update-rules.ts";
import { get } from "../verbs/get.ts";
import { patchWith } from "../verbs/patch.ts";
import { updateWith } from "../verbs/update.ts";

/** Containers added to a running pod for debugging. Only pods have this path. */
const rules = partRules((kept, sent) => {
  const { spec } = kept as Pod;
  if (spec) spec.ephemeralContainers = (sent as Pod).spec?.ephemeralContainers;
}, validateEphemeralContainersUpdate);

export const ephemeralContainers: Handlers = { get, update: updateWith(rules), patch: patchWith(rules) };
