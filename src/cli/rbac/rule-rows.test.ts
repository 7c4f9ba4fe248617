import { expect, test } from "bun:test";

import { ruleRows } from "./rule-rows.ts";

test("ruleRows has one row for each resource, with all verbs of it", () => {
  expect(
    ruleRows([
      { verbs: ["get", "list"], apiGroups: ["", "apps"], resources: ["pods", "deployments/scale"] },
      { verbs: ["watch"], apiGroups: [""], resources: ["pods"] },
      { verbs: ["get"], apiGroups: [""], resources: ["secrets"], resourceNames: ["one"] },
      { verbs: ["get"], nonResourceURLs: ["/healthz"] },
    ]),
  ).toEqual([
    ["pods", "[]", "[]", "[get list watch]"],
    ["deployments/scale", "[]", "[]", "[get list]"],
    ["deployments.apps/scale", "[]", "[]", "[get list]"],
    ["pods.apps", "[]", "[]", "[get list]"],
    ["", "[/healthz]", "[]", "[get]"],
    ["secrets", "[]", "[one]", "[get]"],
  ]);
});
