import type { Kind, Subresource } from "../kind.ts";
import type { GroupVersionKind } from "../schema/schema.ts";
import { definitionOf } from "../schema/schema.ts";
import type { ApiOperation, Method } from "./api-operation.ts";
import {
  connectOperation,
  createOperation,
  customOperation,
  deleteCollectionOperation,
  deleteOperation,
  listOperation,
  logOperation,
  patchOperation,
  readOperation,
  replaceOperation,
  watchOperation,
} from "./api-operation.ts";
import type { OperationSubject } from "./operation-id.ts";

/** A path of the API with what can be done there. */
export interface ApiPath {
  readonly path: string;
  /** Names of the parts of the path that are parameters. */
  readonly pathParameters: readonly string[];
  /** Names of the query parameters that all operations take. */
  readonly query: readonly string[];
  readonly operations: Readonly<Partial<Record<Method, ApiOperation>>>;
}

type PlainPath = Omit<ApiPath, "query">;

/** The paths of one kind, as the OpenAPI documents list them. */
export function apiPaths(kind: Kind): ApiPath[] {
  const { group, version, resource, namespaced } = kind.type;
  const root = group === "" ? `/api/${version}` : `/apis/${group}/${version}`;
  const place = namespaced ? "/namespaces/{namespace}" : "";
  const collection = `${root}${place}/${resource}`;
  const placeParameters = namespaced ? ["namespace"] : [];
  const paths: PlainPath[] = [
    { path: collection, pathParameters: placeParameters, operations: collectionOperations(kind) },
    { path: `${collection}/{name}`, pathParameters: ["name", ...placeParameters], operations: itemOperations(kind) },
    ...kind.subresources.flatMap((subresource) => subresourcePaths(kind, subresource, collection)),
  ];
  const subject = subjectOf(kind);
  if (kind.verbs.includes("list") && namespaced) {
    const operations = { get: listOperation({ ...subject, scope: "all namespaces" }) };
    paths.push({ path: `${root}/${resource}`, pathParameters: [], operations });
  }
  const isCustom = kind.schema?.isCustom === true;
  // The old paths of watches are not published for custom resources.
  if (kind.verbs.includes("watch") && !isCustom) paths.push(...watchPaths(kind, root, place));
  return paths
    .filter(({ operations }) => Object.keys(operations).length > 0)
    .map((each) => withCommonQuery(isCustom ? customPath(each) : each));
}

const customPath = (path: PlainPath): PlainPath => ({
  ...path,
  operations: Object.fromEntries(
    Object.entries(path.operations).map(([method, operation]) => [method, customOperation(operation)]),
  ),
});

/** What all operations take is said once. */
function withCommonQuery({ path, pathParameters, operations }: PlainPath): ApiPath {
  const all = Object.values(operations);
  const isConnect = all.some(({ action }) => action === "connect");
  const common = (all[0]?.query ?? []).filter((name) => all.every(({ query }) => query.includes(name)));
  return {
    path,
    pathParameters,
    query: [...(isConnect ? [] : ["pretty"]), ...common],
    operations: Object.fromEntries(
      Object.entries(operations).map(([method, operation]) => [
        method,
        { ...operation, query: operation.query.filter((name) => !common.includes(name)) },
      ]),
    ),
  };
}

function subjectOf({ type, definition, listKind }: Kind, subresource = ""): OperationSubject {
  const scope = type.namespaced ? "namespace" : "cluster";
  const listDefinition = `${definition.slice(0, definition.lastIndexOf(".") + 1)}${listKind}`;
  return { ...type, kind: type.kind, definition, listDefinition, subresource, scope };
}

function collectionOperations(kind: Kind): ApiPath["operations"] {
  const subject = subjectOf(kind);
  return {
    ...(kind.verbs.includes("list") ? { get: listOperation(subject) } : {}),
    ...(kind.verbs.includes("create") ? { post: createOperation(subject) } : {}),
    ...(kind.verbs.includes("deletecollection") ? { delete: deleteCollectionOperation(subject) } : {}),
  };
}

function itemOperations(kind: Kind): ApiPath["operations"] {
  const subject = subjectOf(kind);
  return {
    ...(kind.verbs.includes("get") ? { get: readOperation(subject) } : {}),
    ...(kind.verbs.includes("update") ? { put: replaceOperation(subject) } : {}),
    ...(kind.verbs.includes("patch") ? { patch: patchOperation(subject) } : {}),
    ...(kind.verbs.includes("delete") ? { delete: deleteOperation(subject) } : {}),
  };
}

const SCALE: GroupVersionKind = { group: "autoscaling", version: "v1", kind: "Scale" };

function subresourcePaths(kind: Kind, subresource: Subresource, collection: string): PlainPath[] {
  const subject = subjectOf(kind, subresource.name);
  const path = `${collection}/{name}/${subresource.name}`;
  const pathParameters = ["name", ...(kind.type.namespaced ? ["namespace"] : [])];
  if (!("verbs" in subresource)) {
    const about = subresource.name === "scale" ? { ...subject, ...bodyOf(SCALE) } : subject;
    const operations = {
      get: readOperation(about),
      put: replaceOperation(about),
      patch: patchOperation(about),
    };
    return [{ path, pathParameters, operations }];
  }
  const about = { ...subject, ...bodyOf(subresource.kind) };
  if (subresource.name === "log") return [{ path, pathParameters, operations: { get: logOperation(about) } }];
  if (subresource.kind.kind.endsWith("Options")) return connectPaths(about, path, pathParameters);
  const { verbs } = subresource;
  const operations = {
    ...(verbs.includes("get") ? { get: readOperation(about) } : {}),
    ...(verbs.includes("create") ? { post: createOperation(about) } : {}),
    ...(verbs.includes("update") ? { put: replaceOperation(about) } : {}),
    ...(verbs.includes("patch") ? { patch: patchOperation(about) } : {}),
  };
  return [{ path, pathParameters, operations }];
}

/** What a subresource takes and answers, when that is not the kind itself. */
const bodyOf = (subject: GroupVersionKind): Pick<OperationSubject, "subject" | "definition"> => ({
  subject,
  definition: definitionOf(subject) ?? "",
});

const PROXY_METHODS: readonly Method[] = ["get", "put", "post", "delete", "options", "head", "patch"];
const STREAM_METHODS: readonly Method[] = ["get", "post"];

function connectPaths(subject: OperationSubject, path: string, pathParameters: readonly string[]): PlainPath[] {
  const isProxy = subject.subresource === "proxy";
  const methods = isProxy ? PROXY_METHODS : STREAM_METHODS;
  const operations = (suffix: string): ApiPath["operations"] =>
    Object.fromEntries(methods.map((method) => [method, connectOperation(subject, method, suffix)]));
  const direct = { path, pathParameters, operations: operations("") };
  if (!isProxy) return [direct];
  const deep = {
    path: `${path}/{path}`,
    pathParameters: [...pathParameters, "path"],
    operations: operations("WithPath"),
  };
  return [direct, deep];
}

function watchPaths(kind: Kind, root: string, place: string): PlainPath[] {
  const { resource, namespaced } = kind.type;
  const subject = subjectOf(kind);
  const pathParameters = namespaced ? ["namespace"] : [];
  const collection = `${root}/watch${place}/${resource}`;
  const list = { get: watchOperation(subject, "List") };
  const paths: PlainPath[] = [{ path: collection, pathParameters, operations: list }];
  if (kind.verbs.includes("get")) {
    const item = { get: watchOperation(subject, "") };
    paths.push({ path: `${collection}/{name}`, pathParameters: ["name", ...pathParameters], operations: item });
  }
  if (namespaced) {
    const everywhere = { get: watchOperation({ ...subject, scope: "all namespaces" }, "List") };
    paths.push({ path: `${root}/watch/${resource}`, pathParameters: [], operations: everywhere });
  }
  return paths;
}
