import type { Handlers } from "../handlers.ts";
import { status } from "./status.ts";

/** What the paths below an object do, by the name of the path. */
export const subresourceHandlers: Readonly<Record<string, Handlers>> = { status };
