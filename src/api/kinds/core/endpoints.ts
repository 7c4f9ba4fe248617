import type { Kind } from "../../kind.ts";
import { endpoints as type } from "../../resources.ts";
import type { Endpoints } from "../../types/core-v1.ts";
import { nameColumn, ageColumn, text } from "../columns.ts";
import { defineKind } from "../define-kind.ts";
import { firstAndMore, hostPort } from "../list-text.ts";
import { validateEndpoints } from "./endpoints-validation.ts";

export const endpoints: Kind<Endpoints> = defineKind<Endpoints>({
  type,
  shortNames: ["ep"],
  columns: [nameColumn, text("Endpoints", endpointsText), ageColumn],
  defaults(draft) {
    for (const { ports = [] } of draft.subsets ?? []) for (const port of ports) port.protocol ||= "TCP";
  },
  strategy: {
    allowsCreateOnUpdate: true,
    validate: validateEndpoints,
  },
});

/** The first three addresses with their ports. */
function endpointsText({ subsets = [] }: Endpoints): string {
  if (subsets.length === 0) return "<none>";
  const places = subsets.flatMap(({ addresses = [], ports = [] }) =>
    ports.length === 0
      ? addresses.map(({ ip }) => ip)
      : ports.flatMap(({ port }) => addresses.map(({ ip }) => hostPort(ip, port))),
  );
  return firstAndMore(places, 3);
}
