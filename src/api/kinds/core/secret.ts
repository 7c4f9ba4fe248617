import type { Kind } from "../../kind.ts";
import { secrets } from "../../resources.ts";
import type { Secret } from "../../types/core-v1.ts";
import { defineKind, selectable } from "../define-kind.ts";

export const secret: Kind<Secret> = defineKind<Secret>({
  type: secrets,
  selectableFields: selectable({ type: ({ type }) => type ?? "" }),
});
