import type { KubeObject, ResourceType } from "../../api/resource-type.ts";
import { apiservices, clusterroles } from "../../api/resources.ts";
import type { APIService } from "../../api/types/apiregistration-v1.ts";
import type { ClusterRole } from "../../api/types/rbac-v1.ts";
import type { Client } from "../../client/client.ts";

/*
 * What metrics-server brings along when it is installed, for the Metrics API that this server has itself.
 */

/**
 * Without a Service: this server answers. Who installs metrics-server changes that to a Service, and from then on it answers.
 */
const metricsApiService: APIService = {
  apiVersion: "apiregistration.k8s.io/v1",
  kind: "APIService",
  metadata: { name: "v1beta1.metrics.k8s.io", labels: { "k8s-app": "metrics-server" } },
  spec: { group: "metrics.k8s.io", groupPriorityMinimum: 100, version: "v1beta1", versionPriority: 100 },
};

const metricsReader: ClusterRole = {
  apiVersion: "rbac.authorization.k8s.io/v1",
  kind: "ClusterRole",
  metadata: {
    name: "system:aggregated-metrics-reader",
    labels: {
      "k8s-app": "metrics-server",
      "rbac.authorization.k8s.io/aggregate-to-admin": "true",
      "rbac.authorization.k8s.io/aggregate-to-edit": "true",
      "rbac.authorization.k8s.io/aggregate-to-view": "true",
    },
  },
  rules: [{ apiGroups: ["metrics.k8s.io"], resources: ["pods", "nodes"], verbs: ["get", "list", "watch"] }],
};

/** Unless they are there: users may have changed them. */
export async function ensureMetricsObjects(client: Client): Promise<void> {
  await Promise.all([
    createIfMissing(client, apiservices, metricsApiService),
    createIfMissing(client, clusterroles, metricsReader),
  ]);
}

/** Users' changes to the role stay; what has the API's place is taken away only if it is ours. */
export async function removeMetricsObjects(client: Client): Promise<void> {
  const resource = client.resource(apiservices);
  const name = metricsApiService.metadata.name ?? "";
  const present = await resource.find({ name });
  if (present && !present.spec?.service) await resource.delete({ name });
}

async function createIfMissing<T extends KubeObject>(client: Client, type: ResourceType<T>, object: T): Promise<void> {
  const resource = client.resource(type);
  if (!(await resource.find({ name: object.metadata.name ?? "" }))) await resource.create(object);
}
