import type { GroupVersionKind } from "../schema/schema.ts";
import type { OperationSubject } from "./operation-id.ts";
import { operationId, tagOf } from "./operation-id.ts";

export type Method = "get" | "put" | "post" | "delete" | "options" | "head" | "patch";

/** One method of one path. */
export interface ApiOperation {
  readonly id: string;
  readonly tag: string;
  /** Absent for discovery, which is of no kind. */
  readonly action?: string;
  readonly gvk?: GroupVersionKind;
  readonly consumes: readonly string[];
  readonly produces: readonly string[];
  /** Names of query parameters, besides those of the path. */
  readonly query: readonly string[];
  readonly body?: { readonly definition: string; readonly required: boolean };
  /** Status code -> definition, or `string` for text. */
  readonly responses: Readonly<Record<string, string>>;
}

const META = "io.k8s.apimachinery.pkg.apis.meta.v1";
const ANYTHING = ["*/*"];
const OBJECT = ["application/json", "application/yaml", "application/vnd.kubernetes.protobuf", "application/cbor"];
const STREAM = [
  ...OBJECT,
  "application/json;stream=watch",
  "application/vnd.kubernetes.protobuf;stream=watch",
  "application/cbor-seq",
];
const PATCHES = [
  "application/json-patch+json",
  "application/merge-patch+json",
  "application/strategic-merge-patch+json",
  "application/apply-patch+yaml",
  "application/apply-patch+cbor",
];
const LIST = [
  "allowWatchBookmarks",
  "continue",
  "fieldSelector",
  "labelSelector",
  "limit",
  "resourceVersion",
  "resourceVersionMatch",
  "sendInitialEvents",
  "shardSelector",
  "timeoutSeconds",
  "watch",
];
const WRITE = ["dryRun", "fieldManager", "fieldValidation"];
const DELETE = [
  "dryRun",
  "gracePeriodSeconds",
  "ignoreStoreReadErrorWithClusterBreakingPotential",
  "orphanDependents",
  "propagationPolicy",
];
const DELETE_COLLECTION = [
  ...DELETE,
  ...LIST.filter((name) => !["allowWatchBookmarks", "watch"].includes(name)),
].toSorted();
const LOG = [
  "container",
  "follow",
  "insecureSkipTLSVerifyBackend",
  "limitBytes",
  "previous",
  "sinceSeconds",
  "stream",
  "tailLines",
  "timestamps",
];
const CONNECT: Readonly<Record<string, readonly string[]>> = {
  attach: ["container", "stderr", "stdin", "stdout", "tty"],
  exec: ["command", "container", "stderr", "stdin", "stdout", "tty"],
  portforward: ["ports"],
  proxy: ["path"],
};

const about = (subject: OperationSubject, action: string) => ({
  tag: tagOf(subject),
  action,
  gvk: subject.subject ?? { group: subject.group, version: subject.version, kind: subject.kind },
  consumes: ANYTHING,
  produces: OBJECT,
});

export const listOperation = (subject: OperationSubject): ApiOperation => ({
  ...about(subject, "list"),
  id: operationId("list", subject),
  produces: STREAM,
  query: LIST,
  responses: { 200: subject.listDefinition },
});

export const watchOperation = (subject: OperationSubject, suffix: "List" | ""): ApiOperation => ({
  ...about(subject, suffix === "" ? "watch" : "watchlist"),
  id: operationId("watch", subject, { after: suffix }),
  produces: STREAM,
  query: LIST,
  responses: { 200: `${META}.WatchEvent` },
});

export const readOperation = (subject: OperationSubject): ApiOperation => ({
  ...about(subject, "get"),
  id: operationId("read", subject),
  query: [],
  responses: { 200: subject.definition },
});

export const logOperation = (subject: OperationSubject): ApiOperation => ({
  ...about(subject, "get"),
  id: operationId("read", subject),
  produces: ["text/plain", ...OBJECT],
  query: LOG,
  responses: { 200: "string" },
});

export const createOperation = (subject: OperationSubject): ApiOperation => ({
  ...about(subject, "post"),
  id: operationId("create", subject),
  query: WRITE,
  body: { definition: subject.definition, required: true },
  responses: { 200: subject.definition, 201: subject.definition, 202: subject.definition },
});

export const replaceOperation = (subject: OperationSubject): ApiOperation => ({
  ...about(subject, "put"),
  id: operationId("replace", subject),
  query: WRITE,
  body: { definition: subject.definition, required: true },
  responses: { 200: subject.definition, 201: subject.definition },
});

export const patchOperation = (subject: OperationSubject): ApiOperation => ({
  ...about(subject, "patch"),
  id: operationId("patch", subject),
  consumes: PATCHES,
  query: [...WRITE, "force"],
  body: { definition: `${META}.Patch`, required: true },
  responses: { 200: subject.definition, 201: subject.definition },
});

/** Kinds that answer a deletion with the object itself: upstream's ReturnDeletedObject. */
const ANSWERS_WITH_OBJECT = new Set([
  "PersistentVolumeClaim",
  "Pod",
  "PodTemplate",
  "ResourceQuota",
  "ServiceAccount",
  "Service",
  "PersistentVolume",
  "DeviceClass",
  "ResourceClaim",
  "ResourceClaimTemplate",
  "ResourceSlice",
  "CSIDriver",
  "CSINode",
  "StorageClass",
  "VolumeAttachment",
  "VolumeAttributesClass",
]);

export function deleteOperation(subject: OperationSubject): ApiOperation {
  const answer = ANSWERS_WITH_OBJECT.has(subject.kind) ? subject.definition : `${META}.Status`;
  return {
    ...about(subject, "delete"),
    id: operationId("delete", subject),
    query: DELETE,
    body: { definition: `${META}.DeleteOptions`, required: false },
    responses: { 200: answer, 202: answer },
  };
}

export const deleteCollectionOperation = (subject: OperationSubject): ApiOperation => ({
  ...about(subject, "deletecollection"),
  id: operationId("delete", subject, { before: "Collection" }),
  query: DELETE_COLLECTION,
  body: { definition: `${META}.DeleteOptions`, required: false },
  responses: { 200: `${META}.Status` },
});

export const connectOperation = (subject: OperationSubject, method: Method, suffix: string): ApiOperation => ({
  ...about(subject, "connect"),
  id: operationId("connect", subject, { before: method.charAt(0).toUpperCase() + method.slice(1), after: suffix }),
  produces: ANYTHING,
  query: CONNECT[subject.subresource] ?? [],
  responses: { 200: "string" },
});

/** What differs for custom resources: they have no protobuf form and no strategic patches. */
export function customOperation(operation: ApiOperation): ApiOperation {
  const forms = ["application/json", "application/yaml"];
  const patches = PATCHES.filter((type) => !type.includes("strategic") && !type.includes("cbor"));
  return { ...operation, consumes: operation.action === "patch" ? patches : forms, produces: forms };
}
