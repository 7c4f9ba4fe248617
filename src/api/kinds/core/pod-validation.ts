import { at, child, type FieldErrors } from "../../field-errors.ts";
import { validateTemplateMetadata } from "../../meta-validation.ts";
import type { Pod, PodSpec, PodTemplateSpec } from "../../types/core-v1.ts";
import { validateImageSpace } from "./pod/container-validation.ts";
import { validatePodAnnotations, validateSecurityAnnotations } from "./pod/pod-annotation-validation.ts";
import { validatePodSpec } from "./pod/pod-spec-validation.ts";

const EMPTY: PodSpec = { containers: [] };

/** A pod as such, whether it is new or replaces another; metadata is checked for all kinds alike. */
export function validatePod(pod: Pod, errors: FieldErrors): void {
  const { metadata, spec = EMPTY } = pod;
  validatePodAnnotations(metadata.annotations, spec, "metadata.annotations", errors);
  validatePodSpec(spec, { podName: metadata.name, isPod: true }, "spec", errors);
  if (!spec.serviceAccountName) forbidTokens(spec, "spec.volumes", errors);
  spec.containers.forEach((container, index) => validateImageSpace(container, at("spec.containers", index), errors));
  spec.initContainers?.forEach((container, index) =>
    validateImageSpace(container, at("spec.initContainers", index), errors),
  );
}

/** In addition, when the pod is created. */
export function validatePodCreation({ metadata, spec = EMPTY }: Pod, errors: FieldErrors): void {
  if (spec.ephemeralContainers?.length) errors.forbidden("spec.ephemeralContainers", "cannot be set on create");
  if (spec.nodeName && spec.schedulingGates?.length) {
    errors.forbidden("spec.nodeName", "cannot be set until all schedulingGates have been cleared");
  }
  validateSecurityAnnotations(metadata, spec, "spec", errors);
}

/** What Deployments and others make pods of. */
export function validatePodTemplate(template: PodTemplateSpec, path: string, errors: FieldErrors): void {
  const { metadata = {}, spec = EMPTY } = template;
  // Upstream leaves the template's `metadata` out of these paths.
  validateTemplateMetadata(metadata, path, errors);
  validatePodAnnotations(metadata.annotations, spec, child(path, "annotations"), errors);
  validatePodSpec(spec, { podName: undefined, isPod: false }, child(path, "spec"), errors);
  validateSecurityAnnotations(metadata, spec, child(path, "spec"), errors);
  if (spec.ephemeralContainers?.length) {
    errors.forbidden(
      child(child(path, "spec"), "ephemeralContainers"),
      "ephemeral containers not allowed in pod template",
    );
  }
}

/** A token is always somebody's. */
function forbidTokens({ volumes }: PodSpec, path: string, errors: FieldErrors): void {
  volumes?.forEach(({ projected }, index) => {
    projected?.sources?.forEach(({ serviceAccountToken }, sourceIndex) => {
      if (!serviceAccountToken) return;
      const sourcePath = at(child(child(at(path, index), "projected"), "sources"), sourceIndex);
      errors.forbidden(
        child(sourcePath, "serviceAccountToken"),
        "must not be specified when serviceAccountName is not set",
      );
    });
  });
}
