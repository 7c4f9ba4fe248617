import type { Kind } from "../../kind.ts";
import { secrets } from "../../resources.ts";
import type { Secret } from "../../types/core-v1.ts";
import { nameColumn, ageColumn, text } from "../columns.ts";
import { defineKind, selectable } from "../define-kind.ts";

export const secret: Kind<Secret> = defineKind<Secret>({
  type: secrets,
  columns: [
    nameColumn,
    text("Type", ({ type }) => type ?? ""),
    text("Data", ({ data = {} }) => Object.keys(data).length),
    ageColumn,
  ],
  selectableFields: selectable({ type: ({ type }) => type ?? "" }),
});
