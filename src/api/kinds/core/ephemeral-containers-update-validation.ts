import { prettyJson } from "../../../lib/json/pretty-json.ts";
import { unifiedDiff } from "../../../lib/unified-diff.ts";
import type { FieldErrors } from "../../field-errors.ts";
import { semanticEqual } from "../../semantic-equal.ts";
import { isMirrorPod } from "../../static-pod.ts";
import type { Pod } from "../../types/core-v1.ts";
import { validatePodAnnotationUpdate } from "./pod/pod-annotation-validation.ts";

/** Containers for debugging can be added to a pod, and never changed or taken away. */
export function validateEphemeralContainersUpdate(pod: Pod, old: Pod, errors: FieldErrors): void {
  validatePodAnnotationUpdate(pod.metadata, old.metadata, errors);
  if (isMirrorPod(old)) {
    return errors.forbidden("", "static pods do not support ephemeral containers");
  }
  const path = "spec.ephemeralContainers";
  for (const oldContainer of old.spec?.ephemeralContainers ?? []) {
    const name = JSON.stringify(oldContainer.name);
    const container = pod.spec?.ephemeralContainers?.findLast((each) => each.name === oldContainer.name);
    if (!container) {
      errors.forbidden(path, `existing ephemeral containers ${name} may not be removed\n`);
    } else if (!semanticEqual(container, oldContainer)) {
      const diff = unifiedDiff(prettyJson(oldContainer), prettyJson(container));
      errors.forbidden(path, `existing ephemeral containers ${name} may not be changed\n${diff}`);
    }
  }
}
