import { checkImmutable } from "../../field-checks.ts";
import type { Kind } from "../../kind.ts";
import { ingressclasses } from "../../resources.ts";
import type { IngressClass } from "../../types/networking-v1.ts";
import { nameColumn, ageColumn, text } from "../columns.ts";
import { defineKind } from "../define-kind.ts";
import { nameAndDefault } from "../list-text.ts";
import { validateIngressClass } from "./ingress-class-validation.ts";

export const ingressClass: Kind<IngressClass> = defineKind<IngressClass>({
  type: ingressclasses,
  columns: [
    {
      ...nameColumn,
      value: ({ metadata }) => nameAndDefault(metadata, ["ingressclass.kubernetes.io/is-default-class"]),
    },
    text("Controller", ({ spec }) => spec?.controller ?? ""),
    text("Parameters", parametersText),
    ageColumn,
  ],
  defaults({ spec }) {
    if (spec?.parameters) spec.parameters.scope ??= "Cluster";
  },
  strategy: {
    validate: validateIngressClass,
    validateUpdate: ({ spec }, old, errors) =>
      checkImmutable(spec?.controller, old.spec?.controller, "spec.controller", errors),
    desiredState: ({ spec }) => spec,
  },
});

function parametersText({ spec }: IngressClass): string {
  if (!spec?.parameters) return "<none>";
  const { apiGroup, kind, name } = spec.parameters;
  return `${apiGroup === undefined ? kind : `${kind}.${apiGroup}`}/${name}`;
}
