import type { Handlers } from "../handlers.ts";
import { get } from "../verbs/get.ts";
import { update } from "../verbs/update.ts";

/** The same object, of which only the status can be written. */
export const status: Handlers = { get, update };
