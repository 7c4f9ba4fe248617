// Written by scripts/update-schema.ts from the facts of Kubernetes v1.36. Do not edit.
import type { GroupVersionKind, ListMeta, ObjectMeta } from "./meta-v1.ts";

export interface APIGroupDiscovery {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
  versions?: APIVersionDiscovery[] | undefined;
}

export interface APIGroupDiscoveryList {
  apiVersion: string;
  items: APIGroupDiscovery[];
  kind: string;
  metadata: ListMeta;
}

export interface APIResourceDiscovery {
  categories?: string[] | undefined;
  resource: string;
  responseKind?: GroupVersionKind | undefined;
  scope: "Cluster" | "Namespaced" | (string & {});
  shortNames?: string[] | undefined;
  singularResource: string;
  subresources?: APISubresourceDiscovery[] | undefined;
  verbs: string[];
}

export interface APISubresourceDiscovery {
  acceptedTypes?: GroupVersionKind[] | undefined;
  responseKind?: GroupVersionKind | undefined;
  subresource: string;
  verbs: string[];
}

export interface APIVersionDiscovery {
  freshness?: "Current" | "Stale" | (string & {}) | undefined;
  resources?: APIResourceDiscovery[] | undefined;
  version: string;
}
