// Written by scripts/update-schema.ts from the facts of Kubernetes v1.36. Do not edit.
import type { UserInfo } from "./authentication-v1.ts";
import type { GroupVersionKind, GroupVersionResource, Status } from "./meta-v1.ts";

export interface AdmissionRequest {
  dryRun?: boolean | undefined;
  kind?: GroupVersionKind | undefined;
  name?: string | undefined;
  namespace?: string | undefined;
  object?: unknown | undefined;
  oldObject?: unknown | undefined;
  operation?: "CONNECT" | "CREATE" | "DELETE" | "UPDATE" | (string & {}) | undefined;
  options?: unknown | undefined;
  requestKind?: GroupVersionKind | undefined;
  requestResource?: GroupVersionResource | undefined;
  requestSubResource?: string | undefined;
  resource?: GroupVersionResource | undefined;
  subResource?: string | undefined;
  uid?: string | undefined;
  userInfo?: UserInfo | undefined;
}

export interface AdmissionResponse {
  allowed?: boolean | undefined;
  auditAnnotations?: Record<string, string> | undefined;
  patch?: string | undefined;
  patchType?: "JSONPatch" | (string & {}) | undefined;
  status?: Status | undefined;
  uid?: string | undefined;
  warnings?: string[] | undefined;
}

export interface AdmissionReview {
  apiVersion: string;
  kind: string;
  request?: AdmissionRequest | undefined;
  response?: AdmissionResponse | undefined;
}
