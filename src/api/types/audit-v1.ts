// Written by scripts/update-schema.ts from the facts of Kubernetes v1.36. Do not edit.
import type { UserInfo } from "./authentication-v1.ts";
import type { ListMeta, ObjectMeta, Status, Unknown } from "./meta-v1.ts";

export interface AuthenticationMetadata {
  impersonationConstraint?: string | undefined;
}

export interface Event {
  annotations?: Record<string, string> | undefined;
  apiVersion: string;
  auditID: string;
  authenticationMetadata?: AuthenticationMetadata | undefined;
  impersonatedUser?: UserInfo | undefined;
  kind: string;
  level: "Metadata" | "None" | "Request" | "RequestResponse" | (string & {});
  objectRef?: ObjectReference | undefined;
  requestObject?: Unknown | undefined;
  requestReceivedTimestamp?: string | undefined;
  requestURI: string;
  responseObject?: Unknown | undefined;
  responseStatus?: Status | undefined;
  sourceIPs?: string[] | undefined;
  stage: "Panic" | "RequestReceived" | "ResponseComplete" | "ResponseStarted" | (string & {});
  stageTimestamp?: string | undefined;
  user: UserInfo;
  userAgent?: string | undefined;
  verb: string;
}

export interface EventList {
  apiVersion: string;
  items: Event[];
  kind: string;
  metadata: ListMeta;
}

export interface GroupResources {
  group?: string | undefined;
  resourceNames?: string[] | undefined;
  resources?: string[] | undefined;
}

export interface ObjectReference {
  apiGroup?: string | undefined;
  apiVersion?: string | undefined;
  name?: string | undefined;
  namespace?: string | undefined;
  resource?: string | undefined;
  resourceVersion?: string | undefined;
  subresource?: string | undefined;
  uid?: string | undefined;
}

export interface Policy {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
  omitManagedFields?: boolean | undefined;
  omitStages?: ("Panic" | "RequestReceived" | "ResponseComplete" | "ResponseStarted" | (string & {}))[] | undefined;
  rules: PolicyRule[];
}

export interface PolicyList {
  apiVersion: string;
  items: Policy[];
  kind: string;
  metadata: ListMeta;
}

export interface PolicyRule {
  level: "Metadata" | "None" | "Request" | "RequestResponse" | (string & {});
  namespaces?: string[] | undefined;
  nonResourceURLs?: string[] | undefined;
  omitManagedFields?: boolean | undefined;
  omitStages?: ("Panic" | "RequestReceived" | "ResponseComplete" | "ResponseStarted" | (string & {}))[] | undefined;
  resources?: GroupResources[] | undefined;
  userGroups?: string[] | undefined;
  users?: string[] | undefined;
  verbs?: string[] | undefined;
}
