import { expect, test } from "bun:test";

import type { ResourceMapping } from "../discovery/resource-mapping.ts";
import type { ApiObject } from "../objects/api-object.ts";
import { rewindPlan, wasComplete } from "./rewind-plan.ts";

const mapping = (resource: string, kind: string, group = "", namespaced = true): ResourceMapping => ({
  group,
  version: "v1",
  resource,
  singular: "",
  kind,
  namespaced,
  shortNames: [],
  categories: [],
  verbs: ["list", "create", "update", "delete", "get"],
  subresources: [],
});
const configMaps = mapping("configmaps", "ConfigMap");
const namespaces = mapping("namespaces", "Namespace", "", false);

const object = (kind: string, name: string, rest: ApiObject = {}, metadata: ApiObject = {}): ApiObject => ({
  apiVersion: "v1",
  kind,
  metadata: { name, namespace: "default", uid: `uid-${name}`, resourceVersion: "9", ...metadata },
  ...rest,
});
const told = (...args: Parameters<typeof rewindPlan>): readonly string[] =>
  rewindPlan(...args).map((action) => `${action.do} ${action.mapping.kind} ${action.name}`);

test("rewindPlan creates what is gone, deletes what is new and brings back what changed", () => {
  const before = [
    object("ConfigMap", "gone", { data: { a: "1" } }),
    object("ConfigMap", "changed", { data: { a: "1" } }),
    object("ConfigMap", "same"),
  ];
  const after = [
    object("ConfigMap", "changed", { data: { a: "2" } }, { uid: "u2", resourceVersion: "20" }),
    object("ConfigMap", "same", {}, { resourceVersion: "21" }),
    object("ConfigMap", "new"),
  ];
  const plan = rewindPlan([{ mapping: configMaps, before, after }]);
  expect(plan.map((action) => `${action.do} ${action.name}`)).toEqual(["create gone", "update changed", "delete new"]);
  expect(plan[0]?.object).toEqual({
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: "gone", namespace: "default" },
    data: { a: "1" },
  });
  // Against the very state it was decided for.
  expect(plan[1]?.object).toMatchObject({ data: { a: "1" }, metadata: { uid: "u2", resourceVersion: "20" } });
});

test("rewindPlan leaves what controllers made to them, and status to who observes it", () => {
  const owned = { ownerReferences: [{ controller: true, uid: "d", kind: "Deployment", name: "web" }] };
  const pods = mapping("pods", "Pod");
  expect(
    told([{ mapping: pods, before: [object("Pod", "web-1", {}, owned)], after: [object("Pod", "web-2", {}, owned)] }]),
  ).toEqual([]);
  const [before, after] = [
    object("Pod", "bare", { status: { phase: "Running" } }),
    object("Pod", "bare", { status: { phase: "Failed" } }),
  ];
  expect(told([{ mapping: pods, before: [before], after: [after] }])).toEqual([]);
  const token = object("Secret", "t", { type: "kubernetes.io/service-account-token" });
  expect(told([{ mapping: mapping("secrets", "Secret"), before: [token], after: [] }])).toEqual([]);
  expect(
    told([{ mapping: mapping("leases", "Lease", "coordination.k8s.io"), before: [object("Lease", "n")], after: [] }]),
  ).toEqual([]);
});

test("rewindPlan makes namespaces before what is in them, and takes what is in new ones with them", () => {
  const shop = object("Namespace", "shop", {}, { namespace: undefined });
  const inShop = object("ConfigMap", "a", {}, { namespace: "shop" });
  expect(
    told([
      { mapping: configMaps, before: [inShop], after: [] },
      { mapping: namespaces, before: [shop], after: [] },
    ]),
  ).toEqual(["create Namespace shop", "create ConfigMap a"]);
  expect(
    told([
      { mapping: configMaps, before: [], after: [inShop] },
      { mapping: namespaces, before: [], after: [shop] },
    ]),
  ).toEqual(["delete Namespace shop"]);
});

test("rewindPlan has decisions about recreated objects made anew", () => {
  const pod = object("Pod", "bare", { spec: { nodeName: "n1", containers: [] } });
  const claim = object(
    "PersistentVolumeClaim",
    "data",
    { spec: { volumeName: "v", storageClassName: "s" } },
    { annotations: { "pv.kubernetes.io/bind-completed": "yes", mine: "1" } },
  );
  const plan = rewindPlan([
    { mapping: mapping("pods", "Pod"), before: [pod], after: [] },
    { mapping: mapping("persistentvolumeclaims", "PersistentVolumeClaim"), before: [claim], after: [] },
  ]);
  expect(plan.map((action) => action.object)).toMatchObject([
    { spec: { storageClassName: "s" }, metadata: { annotations: { mine: "1" } } },
    { spec: { containers: [] } },
  ]);
  expect(JSON.stringify(plan)).not.toContain("nodeName");
  expect(JSON.stringify(plan)).not.toContain("volumeName");
});

test("rewindPlan does not take apart what the server made, and knows when the cluster was not there yet", () => {
  const role = object("ClusterRole", "admin", {}, { labels: { "kubernetes.io/bootstrapping": "rbac-defaults" } });
  const roles = mapping("clusterroles", "ClusterRole", "rbac.authorization.k8s.io", false);
  expect(told([{ mapping: roles, before: [], after: [role] }])).toEqual([]);
  const accounts = mapping("serviceaccounts", "ServiceAccount");
  expect(wasComplete([{ mapping: accounts, before: [], after: [object("ServiceAccount", "default")] }])).toBe(false);
  expect(wasComplete([{ mapping: accounts, before: [object("ServiceAccount", "default")], after: [] }])).toBe(true);
});

test("rewindPlan keeps what the cluster decided about objects that are there", () => {
  const deployment = (image: string, revision: string): ApiObject =>
    object(
      "Deployment",
      "web",
      { spec: { image } },
      { annotations: { "deployment.kubernetes.io/revision": revision } },
    );
  const deployments = mapping("deployments", "Deployment", "apps");
  expect(told([{ mapping: deployments, before: [deployment("a", "1")], after: [deployment("a", "3")] }])).toEqual([]);
  const [action] = rewindPlan([
    { mapping: deployments, before: [deployment("a", "1")], after: [deployment("b", "3")] },
  ]);
  expect(action?.object).toMatchObject({
    spec: { image: "a" },
    metadata: { annotations: { "deployment.kubernetes.io/revision": "3" } },
  });
  const claim = (spec: ApiObject): ApiObject => object("PersistentVolumeClaim", "data", { spec });
  const claims = mapping("persistentvolumeclaims", "PersistentVolumeClaim");
  expect(
    told([{ mapping: claims, before: [claim({ size: 1 })], after: [claim({ size: 1, volumeName: "v" })] }]),
  ).toEqual([]);
});
