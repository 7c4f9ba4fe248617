import { checkImmutable } from "../../field-checks.ts";
import type { Kind } from "../../kind.ts";
import { dnsSubdomainProblems } from "../../names.ts";
import { endpointslices } from "../../resources.ts";
import { semanticEqual } from "../../semantic-equal.ts";
import type { EndpointSlice } from "../../types/discovery-v1.ts";
import { nameColumn, ageColumn, text } from "../columns.ts";
import { defineKind } from "../define-kind.ts";
import { firstAndMore } from "../list-text.ts";
import { validateEndpointSlice } from "./endpoint-slice-validation.ts";

export const endpointSlice: Kind<EndpointSlice> = defineKind<EndpointSlice>({
  type: endpointslices,
  columns: [
    nameColumn,
    text("AddressType", ({ addressType }) => addressType),
    text(
      "Ports",
      ({ ports }) =>
        firstAndMore(
          (ports ?? []).map(({ name, port }) => String(port ?? name ?? "*")),
          3,
        ) || "<unset>",
    ),
    text(
      "Endpoints",
      ({ endpoints }) =>
        firstAndMore(
          (endpoints ?? []).flatMap(({ addresses }) => addresses),
          3,
        ) || "<unset>",
    ),
    ageColumn,
  ],
  defaults(draft) {
    for (const port of draft.ports ?? []) {
      port.name ??= "";
      port.protocol ??= "TCP";
    }
  },
  strategy: {
    prepareCreate: (draft) => dropTopology(draft, undefined),
    prepareUpdate(draft, old) {
      if (!semanticEqual(draft.endpoints, old.endpoints)) dropTopology(draft, old);
    },
    validate: validateEndpointSlice,
    validateUpdate: (object, old, errors) => checkImmutable(object.addressType, old.addressType, "addressType", errors),
    warnings: ({ addressType }, old) =>
      old === undefined && addressType === "FQDN" ? ["spec.addressType: FQDN endpoints are deprecated"] : [],
    desiredState: ({ metadata, addressType, endpoints, ports }) => [metadata.labels, addressType, endpoints, ports],
  },
});

const HOSTNAME_LABEL = "kubernetes.io/hostname";

/** The older field is not written any more, but names of nodes that were in it move to the newer one. */
function dropTopology(draft: EndpointSlice, old: EndpointSlice | undefined): void {
  const oldNames = new Set(old?.endpoints?.map(({ deprecatedTopology }) => deprecatedTopology?.[HOSTNAME_LABEL]));
  for (const endpoint of draft.endpoints ?? []) {
    const name = endpoint.deprecatedTopology?.[HOSTNAME_LABEL];
    if (name && oldNames.has(name) && dnsSubdomainProblems(name).length === 0) endpoint.nodeName ??= name;
    delete endpoint.deprecatedTopology;
  }
}
