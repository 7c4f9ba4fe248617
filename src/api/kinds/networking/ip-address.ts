import { checkFormat, checkImmutable, checkRequired } from "../../field-checks.ts";
import type { FieldErrors } from "../../field-errors.ts";
import { validateCanonicalIp } from "../../ip-address.ts";
import type { Kind } from "../../kind.ts";
import { dnsSubdomainProblems, pathSegmentProblems } from "../../names.ts";
import { ipaddresses } from "../../resources.ts";
import type { IPAddress } from "../../types/networking-v1.ts";
import { nameColumn, text } from "../columns.ts";
import { defineKind } from "../define-kind.ts";

export const ipAddress: Kind<IPAddress> = defineKind<IPAddress>({
  type: ipaddresses,
  shortNames: ["ip"],
  columns: [nameColumn, text("ParentRef", parentText)],
  strategy: {
    validate: validateIpAddress,
    validateUpdate: ({ spec }, old, errors) =>
      checkImmutable(spec?.parentRef, old.spec?.parentRef, "spec.parentRef", errors),
    nameFormat: "own",
  },
});

/** `services/default/kubernetes`. */
function parentText({ spec }: IPAddress): string {
  if (!spec?.parentRef) return "<none>";
  const { group, resource, namespace, name } = spec.parentRef;
  const type = `${resource}${group ? `.${group}` : ""}`.toLowerCase();
  return [type, ...(namespace ? [namespace] : []), name].join("/");
}

/** Its name is the address. */
function validateIpAddress({ metadata, spec }: IPAddress, errors: FieldErrors, old?: IPAddress): void {
  if (old) return;
  validateCanonicalIp(metadata.name ?? "", "metadata.name", errors);
  const parent = spec?.parentRef;
  const path = "spec.parentRef";
  if (!parent) return errors.required(path, "");
  const { group, resource, name, namespace } = parent;
  if (group) checkFormat(group, dnsSubdomainProblems(group), `${path}.group`, errors);
  checkRequired(resource, pathSegmentProblems, `${path}.resource`, errors);
  checkRequired(name, pathSegmentProblems, `${path}.name`, errors);
  if (namespace) checkFormat(namespace, pathSegmentProblems(namespace), `${path}.namespace`, errors);
}
