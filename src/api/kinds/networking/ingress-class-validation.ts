import { checkFormat } from "../../field-checks.ts";
import type { FieldErrors } from "../../field-errors.ts";
import { dnsLabelProblems } from "../../names.ts";
import type { IngressClass, IngressClassParametersReference } from "../../types/networking-v1.ts";
import { validateDomainPrefixedPath } from "../domain-prefixed-path.ts";
import { validateReference } from "./ingress-validation.ts";

const MAX_CONTROLLER_BYTES = 250;
const PATH = "spec.parameters";

export function validateIngressClass({ spec = {} }: IngressClass, errors: FieldErrors): void {
  const { controller = "", parameters } = spec;
  if (Buffer.byteLength(controller) > MAX_CONTROLLER_BYTES) errors.tooLong("spec.controller", MAX_CONTROLLER_BYTES);
  validateDomainPrefixedPath(controller, "spec.controller", errors);
  if (!parameters) return;
  validateReference(parameters, PATH, errors);
  validateScope(parameters, errors);
}

function validateScope({ scope, namespace }: IngressClassParametersReference, errors: FieldErrors): void {
  if (scope === undefined) errors.required(`${PATH}.scope`, "");
  else if (scope === "Cluster") {
    if (namespace !== undefined) errors.forbidden(`${PATH}.namespace`, "`parameters.scope` is set to 'Cluster'");
  } else if (scope !== "Namespace") errors.notSupported(`${PATH}.scope`, scope, ["Cluster", "Namespace"]);
  else if (namespace === undefined) {
    errors.required(`${PATH}.namespace`, "`parameters.scope` is set to 'Namespace'");
  } else checkFormat(namespace, dnsLabelProblems(namespace), `${PATH}.namespace`, errors);
}
