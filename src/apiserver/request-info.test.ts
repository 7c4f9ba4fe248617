import { expect, test } from "bun:test";

import { requestInfo, type ResourceRequestInfo } from "./request-info.ts";

const CASES: readonly (readonly [request: string, expected: Partial<ResourceRequestInfo>])[] = [
  ["GET /api/v1/pods", { verb: "list", group: "", version: "v1", resource: "pods", namespace: "" }],
  ["GET /api/v1/pods?watch=1", { verb: "watch" }],
  ["GET /api/v1/pods?watch=false", { verb: "list" }],
  ["GET /api/v1/pods?watch=False", { verb: "list" }],
  ["GET /api/v1/namespaces/default/pods/web", { verb: "get", namespace: "default", name: "web" }],
  ["POST /api/v1/namespaces/default/pods", { verb: "create", namespace: "default", name: "" }],
  [
    "PUT /apis/apps/v1/namespaces/default/deployments/web/scale",
    { verb: "update", group: "apps", subresource: "scale" },
  ],
  ["DELETE /api/v1/namespaces/default/pods", { verb: "deletecollection" }],
  ["DELETE /api/v1/namespaces/default/pods/web", { verb: "delete" }],
  ["GET /api/v1/namespaces", { verb: "list", resource: "namespaces", namespace: "" }],
  ["GET /api/v1/namespaces/shop", { verb: "get", resource: "namespaces", namespace: "shop", name: "shop" }],
  ["PUT /api/v1/namespaces/shop/finalize", { resource: "namespaces", name: "shop", subresource: "finalize" }],
  ["GET /api/v1/watch/namespaces/default/pods/web", { verb: "watch", namespace: "default", name: "web" }],
  ["GET /api/v1/pods?fieldSelector=metadata.name%3Dweb", { verb: "list", name: "web" }],
  ["GET /api/v1/nodes/n1/proxy/logs/", { resource: "nodes", name: "n1", subresource: "proxy", rest: "logs" }],
  ["OPTIONS /api/v1/pods", { verb: "" }],
  [
    "GET /api/v1/proxy/namespaces/default/pods/web/some/path",
    { verb: "proxy", namespace: "default", resource: "pods", name: "web", subresource: "" },
  ],
];

for (const [request, expected] of CASES) {
  test(`requestInfo of ${request}`, () => {
    expect(infoOf(request)).toMatchObject({ type: "resource", ...expected });
  });
}

for (const path of ["/", "/api", "/api/v1", "/apis/apps/v1", "/healthz", "/openapi/v3/api/v1"]) {
  test(`requestInfo takes ${path} for no resource`, () => {
    expect(infoOf(`GET ${path}`)).toEqual({ type: "path", verb: "get", path });
  });
}

function infoOf(request: string) {
  const [method = "", target = ""] = request.split(" ");
  const { pathname, searchParams } = new URL(target, "https://server");
  return requestInfo(method, pathname, searchParams);
}
