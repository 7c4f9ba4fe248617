import { expect, test } from "bun:test";

import { changeDiff, changeLine } from "./change-text.ts";

const secret = (value: string) => ({
  apiVersion: "v1",
  kind: "Secret",
  metadata: {
    name: "keys",
    resourceVersion: value,
    annotations: { "kubectl.kubernetes.io/last-applied-configuration": value },
  },
  data: { password: value, user: "same" },
});

test("changeDiff says that a value of a Secret changed, and not from what to what", () => {
  for (const change of [
    { previous: secret("b25l"), object: secret("dHdv") },
    { object: secret("b25l") },
    { previous: secret("b25l") },
  ]) {
    const text = changeDiff(change, false);
    expect(text).toContain("password: ");
    expect(text).not.toMatch(/b25l|dHdv|same/);
    expect(changeDiff(change, true)).toMatch(/b25l|dHdv/);
  }
});

test("changeDiff is silent about bookkeeping", () => {
  const settings = (resourceVersion: string, observedGeneration: number) => ({
    kind: "Thing",
    metadata: { name: "a", resourceVersion, managedFields: [resourceVersion], generation: observedGeneration },
    status: { observedGeneration, phase: "Ready" },
  });
  expect(changeDiff({ previous: settings("1", 1), object: settings("2", 2) }, false)).toBe("");
});

test("changeLine tells which, when, what and who", () => {
  const change = {
    revision: 7,
    change: "changed" as const,
    group: "apps",
    version: "v1",
    resource: "deployments",
    kind: "Deployment",
    name: "web",
  };
  expect(
    changeLine({ ...change, namespace: "shop", at: "2026-11-28T12:00:00.123Z", by: "alice (kubectl/v1.33)" }),
  ).toBe("7        2026-11-28T12:00:00Z changed deployments.apps shop/web  by alice (kubectl/v1.33)");
  expect(changeLine(change)).toContain("unknown              changed deployments.apps web  by unknown");
});
