import type { Kind } from "../../kind.ts";
import { endpointslices } from "../../resources.ts";
import type { EndpointSlice } from "../../types/discovery-v1.ts";
import { nameColumn, ageColumn, text } from "../columns.ts";
import { defineKind } from "../define-kind.ts";
import { firstAndMore } from "../list-text.ts";

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
  strategy: {
    desiredState: ({ metadata, addressType, endpoints, ports }) => [metadata.labels, addressType, endpoints, ports],
  },
});
