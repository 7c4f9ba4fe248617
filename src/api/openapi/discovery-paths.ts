import type { ApiOperation } from "./api-operation.ts";
import type { ApiPath } from "./api-paths.ts";
import { groupName, groupVersionName, tagOf } from "./operation-id.ts";

const META = "io.k8s.apimachinery.pkg.apis.meta.v1";
const DISCOVERY = ["application/json", "application/yaml", "application/vnd.kubernetes.protobuf"];

/** The paths that tell what there is, by the name of the document that lists them. */
export function discoveryPaths(groupVersions: readonly GroupVersion[]): Map<string, ApiPath> {
  const documents = new Map<string, ApiPath>(SERVER_PATHS.map((path) => [documentOf(path.path), path]));
  for (const { group, version } of groupVersions) {
    const root = group === "" ? "/api" : `/apis/${group}`;
    const list = {
      id: `get${groupVersionName({ group, version })}APIResources`,
      tag: tagOf({ group, version }),
      answer: `${META}.APIResourceList`,
      forms: [...DISCOVERY, "application/cbor"],
    };
    documents.set(documentOf(`${root}/${version}/`), discoveryPath(`${root}/${version}/`, list));
    if (group === "") continue;
    const about = { id: `get${groupName(group)}APIGroup`, tag: tagOf({ group }), answer: `${META}.APIGroup` };
    documents.set(documentOf(`${root}/`), discoveryPath(`${root}/`, about));
  }
  return documents;
}

interface GroupVersion {
  readonly group: string;
  readonly version: string;
}

/** `/apis/apps/v1/` is in the document `apis/apps/v1`. */
const documentOf = (path: string): string => path.slice(1, -1);

function discoveryPath(
  path: string,
  about: Pick<ApiOperation, "id" | "tag"> & {
    readonly answer: string;
    readonly forms?: readonly string[];
    readonly takes?: readonly string[];
  },
): ApiPath {
  const { id, tag, answer, forms = DISCOVERY, takes = forms } = about;
  const get = { id, tag, consumes: takes, produces: forms, query: [], responses: { 200: answer } };
  return { path, pathParameters: [], query: [], operations: { get } };
}

const SERVER_PATHS: readonly ApiPath[] = [
  discoveryPath("/.well-known/openid-configuration/", {
    id: "getServiceAccountIssuerOpenIDConfiguration",
    tag: "WellKnown",
    answer: "string",
    forms: ["application/json"],
    takes: [],
  }),
  discoveryPath("/api/", { id: "getCoreAPIVersions", tag: "core", answer: `${META}.APIVersions` }),
  discoveryPath("/apis/", { id: "getAPIVersions", tag: "apis", answer: `${META}.APIGroupList` }),
  discoveryPath("/openid/v1/jwks/", {
    id: "getServiceAccountIssuerOpenIDKeyset",
    tag: "openid",
    answer: "string",
    forms: ["application/jwk-set+json"],
    takes: [],
  }),
  discoveryPath("/version/", {
    id: "getCodeVersion",
    tag: "version",
    answer: "io.k8s.apimachinery.pkg.version.Info",
    forms: ["application/json"],
  }),
];
