import { expect, test } from "bun:test";

import { aResource } from "../test-state.ts";
import { accessRules, isForbidden } from "./access.ts";

const review = (incomplete: boolean) => ({
  status: {
    incomplete,
    resourceRules: [
      { verbs: ["get", "list"], apiGroups: [""], resources: ["*"] },
      { verbs: ["delete"], apiGroups: [""], resources: ["pods"], resourceNames: ["mine"] },
      { verbs: ["create"], apiGroups: [""], resources: ["pods/exec"] },
    ],
  },
});

const pod = (name: string) => ({ resource: aResource("pods"), namespace: "default", name });

test("isForbidden knows verbs, names and subresources", () => {
  const access = accessRules(review(false));
  expect(isForbidden(access, { verb: "get" }, pod("x"))).toBe(false);
  expect(isForbidden(access, { verb: "delete" }, pod("x"))).toBe(true);
  expect(isForbidden(access, { verb: "delete" }, pod("mine"))).toBe(false);
  expect(isForbidden(access, { verb: "create", subresource: "exec" }, pod("x"))).toBe(false);
  expect(isForbidden(access, { verb: "create", subresource: "attach" }, pod("x"))).toBe(true);
});

test("isForbidden claims nothing of what the server could not tell, or was not asked yet", () => {
  expect(isForbidden(accessRules(review(true)), { verb: "delete" }, pod("x"))).toBe(false);
  expect(isForbidden(undefined, { verb: "delete" }, pod("x"))).toBe(false);
});
