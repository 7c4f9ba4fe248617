import type { Handlers } from "../handlers.ts";
import { statusRules } from "../objects/update-rules.ts";
import { get } from "../verbs/get.ts";
import { patchWith } from "../verbs/patch.ts";
import { updateWith } from "../verbs/update.ts";

/** The same object, of which only the status can be written. */
export const status: Handlers = { get, update: updateWith(statusRules), patch: patchWith(statusRules) };
