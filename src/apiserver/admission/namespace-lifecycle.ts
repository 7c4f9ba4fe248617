import { ApiError, forbidden, notFound, qualified } from "../../api/api-error.ts";
import { namespaces } from "../../api/resources.ts";
import type { ObjectReader } from "../objects/object-reader.ts";
import type { AdmissionPlugin, AdmissionRequest } from "./admission.ts";

const IMMORTAL: ReadonlySet<string> = new Set(["default", "kube-system", "kube-public"]);

/** Questions whether somebody may do something must not tell which namespaces exist. */
const ACCESS_REVIEW = "localsubjectaccessreviews.authorization.k8s.io";

/** Nothing is created in a namespace that is missing or going away, and the namespaces a cluster needs stay. */
export const namespaceLifecycle = (reader: ObjectReader): AdmissionPlugin => ({
  name: "NamespaceLifecycle",
  async admit(request) {
    const { type } = request.resource;
    if (qualified(type) === namespaces.resource) return refuseImmortal(request);
    if (!type.namespaced || request.operation === "DELETE" || qualified(type) === ACCESS_REVIEW) return;
    const namespace = await reader.find(namespaces, "", request.namespace);
    if (!namespace) throw notFound(namespaces, request.namespace);
    if (request.operation === "CREATE" && namespace.status?.phase === "Terminating") throw terminating(request);
  },
});

function refuseImmortal({ operation, resource, name }: AdmissionRequest): void {
  if (operation === "DELETE" && IMMORTAL.has(name)) {
    throw forbidden(resource.type, name, "this namespace may not be deleted");
  }
}

function terminating(request: AdmissionRequest): ApiError {
  const { namespace, resource, object } = request;
  const name = object?.metadata.name ?? object?.metadata.generateName ?? "";
  const detail = `unable to create new content in namespace ${namespace} because it is being terminated`;
  const { status } = forbidden(resource.type, name, detail);
  const cause = {
    reason: "NamespaceTerminating",
    message: `namespace ${namespace} is being terminated`,
    field: "metadata.namespace",
  };
  return new ApiError({ ...status, details: { ...status.details, causes: [cause] } });
}
