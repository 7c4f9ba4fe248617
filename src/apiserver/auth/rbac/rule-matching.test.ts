import { expect, test } from "bun:test";

import type { Rule } from "../../../api/rbac-rules.ts";
import type { Attributes } from "../authorizer.ts";
import { ruleAllows } from "./rule-matching.ts";

const pods: Rule = { verbs: ["get", "list"], apiGroups: [""], resources: ["pods"] };
const everything: Rule = { verbs: ["*"], apiGroups: ["*"], resources: ["*"] };

/** `get apps deployments/scale web`; the core group is `core`. */
function request(text: string): Attributes {
  const user = { name: "jane", groups: [] };
  const [verb = "", group = "", target = "", name = ""] = text.split(" ");
  if (group.startsWith("/")) return { type: "path", user, verb, path: group };
  const [resource = "", subresource = ""] = target.split("/");
  const core = group === "core" ? "" : group;
  return {
    type: "resource",
    user,
    verb,
    group: core,
    version: "v1",
    resource,
    subresource,
    namespace: "default",
    name,
  };
}

test.each<[Rule, string, boolean]>([
  [pods, "get core pods web", true],
  [pods, "list core pods", true],
  [pods, "delete core pods web", false],
  [pods, "get apps pods web", false],
  [pods, "get core pods/log web", false],
  [pods, "get core services web", false],
  [pods, "get /pods", false],
  [{ ...pods, resources: ["pods/log"] }, "get core pods/log web", true],
  [{ ...pods, resources: ["pods/log"] }, "get core pods web", false],
  [{ ...pods, resources: ["pods/*"] }, "get core pods/log web", false],
  [{ ...pods, resourceNames: ["web"] }, "get core pods web", true],
  [{ ...pods, resourceNames: ["web"] }, "get core pods db", false],
  [{ ...pods, resourceNames: ["web"] }, "list core pods", false],
  [{ ...pods, resourceNames: [] }, "list core pods", true],
  [{ ...everything, resources: ["*/scale"] }, "update apps deployments/scale web", true],
  [{ ...everything, resources: ["*/scale"] }, "update apps deployments web", false],
  [{ ...everything, resources: ["*/scale"] }, "update apps deployments/autoscale web", false],
  [everything, "delete anything.example.com widgets/status w", true],
  [everything, "get /healthz", false],
  [{ verbs: ["get"], nonResourceURLs: ["/healthz"] }, "get /healthz", true],
  [{ verbs: ["get"], nonResourceURLs: ["/healthz"] }, "get /healthz/etcd", false],
  [{ verbs: ["get"], nonResourceURLs: ["/healthz/*"] }, "get /healthz/etcd", true],
  [{ verbs: ["get"], nonResourceURLs: ["/healthz/*"] }, "get /healthz", false],
  [{ verbs: ["get"], nonResourceURLs: ["/healthz*"] }, "get /healthz", true],
  [{ verbs: ["*"], nonResourceURLs: ["*"] }, "post /logs", true],
  [{ verbs: ["get"], nonResourceURLs: ["*"] }, "get core pods", false],
])("ruleAllows: %j on %s is %p", (rule, text, isAllowed) => {
  expect(ruleAllows(rule, request(text))).toBe(isAllowed);
});
