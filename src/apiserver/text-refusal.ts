import { ApiError } from "../api/api-error.ts";

/** Refusals that are told over HTTP as a line of text, as upstream does in these places. */
export class TextRefusal extends ApiError {}
