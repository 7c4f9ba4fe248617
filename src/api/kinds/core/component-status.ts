import type { Kind } from "../../kind.ts";
import { componentstatuses } from "../../resources.ts";
import type { ComponentStatus } from "../../types/core-v1.ts";
import { nameColumn, text } from "../columns.ts";
import { defineKind } from "../define-kind.ts";

export const componentStatus: Kind<ComponentStatus> = defineKind<ComponentStatus>({
  type: componentstatuses,
  shortNames: ["cs"],
  verbs: ["get", "list"],
  columns: [
    nameColumn,
    text("Status", (object) => {
      const status = healthy(object)?.status;
      return status === undefined ? "Unknown" : status === "True" ? "Healthy" : "Unhealthy";
    }),
    text("Message", (object) => healthy(object)?.message ?? ""),
    text("Error", (object) => healthy(object)?.error ?? ""),
  ],
});

function healthy({ conditions }: ComponentStatus) {
  return conditions?.find(({ type }) => type === "Healthy");
}
