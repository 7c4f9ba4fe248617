import type { Kind } from "../../kind.ts";
import { endpointslices } from "../../resources.ts";
import type { EndpointSlice } from "../../types/discovery-v1.ts";
import { defineKind } from "../define-kind.ts";

export const endpointSlice: Kind<EndpointSlice> = defineKind<EndpointSlice>({
  type: endpointslices,
  strategy: {
    desiredState: ({ metadata, addressType, endpoints, ports }) => [metadata.labels, addressType, endpoints, ports],
  },
});
