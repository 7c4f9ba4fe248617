import type { JsonObject } from "../../lib/json/json-value.ts";

/**
 * Turns objects of one version of a definition into another. The result has the wanted apiVersion and is otherwise what the
 * converter says; pruning it is the caller's.
 */
export type Conversion =
  /** Nothing but the apiVersion changes. */
  | { readonly strategy: "none" }
  | {
      readonly strategy: "webhook";
      /** All objects in one call, in their order. Throws ApiError. */
      readonly convert: (objects: readonly JsonObject[], apiVersion: string) => Promise<readonly JsonObject[]>;
    };

export const relabelled = (object: JsonObject, apiVersion: string): JsonObject => ({ ...object, apiVersion });
