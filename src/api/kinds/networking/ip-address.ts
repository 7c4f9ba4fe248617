import type { Kind } from "../../kind.ts";
import { ipaddresses } from "../../resources.ts";
import type { IPAddress } from "../../types/networking-v1.ts";
import { nameColumn, text } from "../columns.ts";
import { defineKind } from "../define-kind.ts";

export const ipAddress: Kind<IPAddress> = defineKind<IPAddress>({
  type: ipaddresses,
  shortNames: ["ip"],
  columns: [nameColumn, text("ParentRef", parentText)],
  strategy: {
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
