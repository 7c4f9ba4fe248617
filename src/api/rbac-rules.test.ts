import { expect, test } from "bun:test";

import { uncoveredRules } from "./rbac-rules.ts";
import type { PolicyRule } from "./types/rbac-v1.ts";

const rule = (verbs: string, resources: string, names = ""): PolicyRule => ({
  verbs: verbs.split(","),
  apiGroups: [""],
  resources: resources.split(","),
  ...(names === "" ? {} : { resourceNames: names.split(",") }),
});

test.each<[string, PolicyRule[], PolicyRule, PolicyRule[]]>([
  ["the same rule", [rule("get", "pods")], rule("get", "pods"), []],
  ["two rules that make one", [rule("get", "pods"), rule("list", "pods")], rule("get,list", "pods"), []],
  ["a verb short", [rule("get", "pods")], rule("get,list", "pods"), [rule("list", "pods")]],
  ["a resource short", [rule("get", "pods")], rule("get", "pods,secrets"), [rule("get", "secrets")]],
  ["everything", [rule("*", "*")], rule("get", "pods/log"), []],
  ["a subresource of everything", [rule("get", "*/log")], rule("get", "pods/log"), []],
  ["no resource by a subresource", [rule("get", "*/log")], rule("get", "pods"), [rule("get", "pods")]],
  ["names by all names", [rule("get", "pods")], rule("get", "pods", "web"), []],
  ["not all names by names", [rule("get", "pods", "web")], rule("get", "pods"), [rule("get", "pods")]],
  ["a name short", [rule("get", "pods", "web")], rule("get", "pods", "web,db"), [rule("get", "pods", "db")]],
  ["* only by *", [rule("get", "pods")], rule("*", "pods"), [rule("*", "pods")]],
])("uncoveredRules: %s", (_what, held, wanted, missing) => {
  expect(uncoveredRules(held, [wanted])).toEqual(missing);
});

test("uncoveredRules covers paths by those with a trailing *", () => {
  const held = [{ verbs: ["get"], nonResourceURLs: ["/healthz/*"] }];
  expect(uncoveredRules(held, [{ verbs: ["get"], nonResourceURLs: ["/healthz/etcd", "/metrics"] }])).toEqual([
    { verbs: ["get"], nonResourceURLs: ["/metrics"] },
  ]);
});
