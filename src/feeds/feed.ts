import { restPath } from "../client/rest-path.ts";
import type { JsonObject } from "../lib/json/json-value.ts";
import type { DashboardResource } from "./resource.ts";

/** What is followed: objects of one resource, as the server's own table. */
export interface FeedSelection {
  readonly resource: DashboardResource;
  /** Undefined for all namespaces, and where there are none. */
  readonly namespace?: string | undefined;
  readonly labelSelector?: string | undefined;
  readonly fieldSelector?: string | undefined;
  /** Whole objects beside the cells; otherwise only their metadata is sent. */
  readonly withObjects?: boolean | undefined;
}

/** A column as the server describes it. */
export interface FeedColumn {
  readonly name: string;
  /** 0 is always shown, others only in wide tables. */
  readonly priority: number;
}

/** One object: its cells as printable text, and its metadata (or the whole of it). */
export interface FeedRow {
  readonly uid: string;
  readonly name: string;
  readonly namespace: string | undefined;
  readonly labels: Readonly<Record<string, string>>;
  readonly createdAtMs: number;
  /** When the server wrote the cells: what they say of ages was so then. */
  readonly receivedAtMs: number;
  readonly isDeleting: boolean;
  readonly cells: readonly string[];
  readonly object: JsonObject;
}

/** How far a feed is. The rows of a feed that lost its server stay as they were. */
export type FeedStatus =
  | { readonly kind: "loading" }
  | { readonly kind: "live" }
  | { readonly kind: "retrying"; readonly error: string }
  /** Asking again would not help: forbidden, or the kind is gone. */
  | { readonly kind: "refused"; readonly error: string };

export interface FeedContent {
  readonly columns: readonly FeedColumn[];
  readonly rows: readonly FeedRow[];
  readonly status: FeedStatus;
}

/** The path and query without those of watching; names the feed among others. */
export function feedKey({ resource, namespace, labelSelector, fieldSelector, withObjects }: FeedSelection): string {
  return restPath({
    verb: "list",
    ...resource,
    namespace: resource.namespaced ? namespace : undefined,
    query: {
      labelSelector: labelSelector || undefined,
      fieldSelector: fieldSelector || undefined,
      includeObject: withObjects === true ? "Object" : undefined,
    },
  });
}
