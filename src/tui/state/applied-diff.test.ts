import { expect, test } from "bun:test";

import { LAST_APPLIED } from "../../feeds/shown-object.ts";
import type { JsonObject } from "../../lib/json/json-value.ts";
import { appliedDiff } from "./applied-diff.ts";

const applied = {
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "web", annotations: {} },
  spec: { replicas: 2, template: { spec: { containers: [{ name: "app", image: "app:1" }] } } },
};

const live = (spec: JsonObject) => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "web", uid: "u", annotations: { [LAST_APPLIED]: JSON.stringify(applied) } },
  spec,
  status: { replicas: 2 },
});

test("appliedDiff shows fields that were applied and are different now, and nothing that others filled in", () => {
  const containers = [{ name: "app", image: "app:2", imagePullPolicy: "Always" }];
  expect(
    appliedDiff(live({ replicas: 2, revisionHistoryLimit: 10, template: { spec: { containers, dnsPolicy: "x" } } })),
  ).toBe(`\
@@ -7,5 +7,5 @@
   template:
     spec:
       containers:
-      - image: app:1
+      - image: app:2
         name: app
`);
});

test("appliedDiff is empty when all is as applied, and undefined when nothing was applied", () => {
  const spec = { ...applied.spec, paused: false };
  expect(appliedDiff(live(spec))).toBe("");
  expect(appliedDiff({ metadata: { name: "web" } })).toBeUndefined();
});

test("appliedDiff shows an element of a list that was added since", () => {
  const containers = [
    { name: "sidecar", image: "proxy" },
    { name: "app", image: "app:1" },
  ];
  expect(appliedDiff(live({ replicas: 2, template: { spec: { containers } } }))).toContain("+      - image: proxy");
});
