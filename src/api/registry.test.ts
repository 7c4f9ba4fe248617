import { expect, test } from "bun:test";

import { builtInKinds, builtInRegistry } from "./registry.ts";
import * as resources from "./resources.ts";

test("builtInKinds has every resource of Kubernetes v1.36 exactly once", () => {
  expect(builtInKinds).toHaveLength(Object.keys(resources).length);
  expect(new Set(builtInKinds.map(({ type }) => type))).toEqual(new Set(Object.values(resources)));
});

test("subresources are those of a real v1.36 server", () => {
  const subresources = builtInKinds.flatMap(({ type, subresources: names }) =>
    names.map(({ name }) => `${type.group}/${type.resource}/${name}`),
  );
  expect(subresources).toEqual([
    "/namespaces/finalize",
    "/namespaces/status",
    "/nodes/proxy",
    "/nodes/status",
    "/persistentvolumeclaims/status",
    "/persistentvolumes/status",
    "/pods/attach",
    "/pods/binding",
    "/pods/ephemeralcontainers",
    "/pods/eviction",
    "/pods/exec",
    "/pods/log",
    "/pods/portforward",
    "/pods/proxy",
    "/pods/resize",
    "/pods/status",
    "/replicationcontrollers/scale",
    "/replicationcontrollers/status",
    "/resourcequotas/status",
    "/serviceaccounts/token",
    "/services/proxy",
    "/services/status",
    "admissionregistration.k8s.io/validatingadmissionpolicies/status",
    "apiextensions.k8s.io/customresourcedefinitions/status",
    "apiregistration.k8s.io/apiservices/status",
    "apps/daemonsets/status",
    "apps/deployments/scale",
    "apps/deployments/status",
    "apps/replicasets/scale",
    "apps/replicasets/status",
    "apps/statefulsets/scale",
    "apps/statefulsets/status",
    "autoscaling/horizontalpodautoscalers/status",
    "autoscaling/horizontalpodautoscalers/status",
    "batch/cronjobs/status",
    "batch/jobs/status",
    "certificates.k8s.io/certificatesigningrequests/approval",
    "certificates.k8s.io/certificatesigningrequests/status",
    "flowcontrol.apiserver.k8s.io/flowschemas/status",
    "flowcontrol.apiserver.k8s.io/prioritylevelconfigurations/status",
    "networking.k8s.io/ingresses/status",
    "networking.k8s.io/servicecidrs/status",
    "policy/poddisruptionbudgets/status",
    "resource.k8s.io/resourceclaims/status",
    "storage.k8s.io/volumeattachments/status",
  ]);
});

test("kindRegistry finds a kind by path, by kind and by the words users type", () => {
  const deployment = builtInRegistry.byResource("apps", "v1", "deployments");
  expect(deployment?.type.kind).toBe("Deployment");
  expect(builtInRegistry.byKind("apps", "v1", "Deployment")).toBe(deployment);
  for (const word of ["deploy", "Deployment", "deployments", "deployments.apps", "deployments.v1.apps"]) {
    expect(builtInRegistry.byWord(word)).toBe(deployment);
  }
  expect(builtInRegistry.byWord("ev")?.type.group).toBe("");
  expect(builtInRegistry.byWord("nothing")).toBeUndefined();
});
