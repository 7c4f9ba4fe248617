import { expect, test } from "bun:test";

import { FieldErrors } from "../../../field-errors.ts";
import type { Pod, PodSpec } from "../../../types/core-v1.ts";
import { podDefaults } from "../pod-defaults.ts";
import { validatePodUpdate } from "./pod-update-validation.ts";

function aPod(spec: Partial<PodSpec>, annotations?: Record<string, string>): Pod {
  const pod: Pod = {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "web", annotations },
    spec: { containers: [{ name: "a", image: "busybox:1" }], ...spec },
  };
  podDefaults(pod);
  return pod;
}

function problems(old: Pod, updated: Pod): string[] {
  const errors = new FieldErrors();
  validatePodUpdate(updated, old, errors);
  return errors.errors.map(({ path, message }) => `${path}: ${message}`);
}

const ONLY =
  "pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)";

test("images, deadlines and further tolerations may change", () => {
  const old = aPod({ tolerations: [{ key: "a", operator: "Exists", effect: "NoExecute", tolerationSeconds: 300 }] });
  const updated = aPod({
    containers: [{ name: "a", image: "busybox:2" }],
    activeDeadlineSeconds: 10,
    tolerations: [
      { key: "b", operator: "Exists" },
      { key: "a", operator: "Exists", effect: "NoExecute", tolerationSeconds: 5 },
    ],
  });
  // The pull policy was defaulted by the old tag.
  expect(problems(old, updated)).toEqual([]);
});

test("other fields may not, and the message shows the difference", () => {
  const old = aPod({ nodeName: "n1" });
  const updated = aPod({ nodeName: "n2" });
  expect(problems(old, updated)).toEqual([
    `spec: Forbidden: ${ONLY}\n@@ -11,7 +11,7 @@\n  ],\n  "dnsPolicy": "ClusterFirst",\n  "enableServiceLinks": true,\n- "nodeName": "n1",\n+ "nodeName": "n2",\n  "restartPolicy": "Always",\n  "schedulerName": "default-scheduler",\n  "securityContext": {},\n`,
  ]);
});

test("an unchanged pod and one that only differs in what is empty are the same", () => {
  expect(problems(aPod({}), aPod({ volumes: [], tolerations: [] }))).toEqual([]);
});

const REFUSED: Record<string, [Partial<PodSpec>, Partial<PodSpec>, string[]]> = {
  "a container more": [
    {},
    {
      containers: [
        { name: "a", image: "x" },
        { name: "b", image: "x" },
      ],
    },
    ["spec.containers: Forbidden: pod updates may not add or remove containers"],
  ],
  "an init container less": [
    { initContainers: [{ name: "i", image: "x" }] },
    {},
    ["spec.initContainers: Forbidden: pod updates may not add or remove containers"],
  ],
  "a later deadline": [
    { activeDeadlineSeconds: 5 },
    { activeDeadlineSeconds: 6 },
    ["spec.activeDeadlineSeconds: Invalid value: 6: must be less than or equal to previous value"],
  ],
  "a deadline that is gone": [
    { activeDeadlineSeconds: 5 },
    {},
    ["spec.activeDeadlineSeconds: Invalid value: null: must not update from a positive integer to nil value"],
  ],
  "a toleration less": [
    { tolerations: [{ key: "a", operator: "Exists" }] },
    {},
    ["spec.tolerations: Forbidden: existing toleration can not be modified except its tolerationSeconds"],
  ],
  "a further gate": [
    { schedulingGates: [{ name: "a" }] },
    { schedulingGates: [{ name: "a" }, { name: "b" }] },
    ["spec.schedulingGates[1].name: Forbidden: only deletion is allowed, but found new scheduling gate 'b'"],
  ],
};

for (const [name, [old, updated, expected]] of Object.entries(REFUSED)) {
  test(`validatePodUpdate refuses ${name}`, () => expect(problems(aPod(old), aPod(updated))).toEqual(expected));
}

const term = (...values: string[]) => ({
  nodeAffinity: {
    requiredDuringSchedulingIgnoredDuringExecution: {
      nodeSelectorTerms: [{ matchExpressions: values.map((value) => ({ key: value, operator: "Exists" })) }],
    },
  },
});

test("the placement of a gated pod may be narrowed, not changed", () => {
  const gated = { schedulingGates: [{ name: "g" }], nodeSelector: { a: "1" }, affinity: term("x") };
  const narrowed = { ...gated, nodeSelector: { a: "1", b: "2" }, affinity: term("x", "y") };
  expect(problems(aPod(gated), aPod(narrowed))).toEqual([]);
  expect(problems(aPod({ schedulingGates: [{ name: "g" }] }), aPod(gated))).toEqual([]);
  expect(problems(aPod(gated), aPod({ ...gated, nodeSelector: {}, affinity: term("y") }))).toEqual([
    "spec.nodeSelector: Invalid value: {}: only additions to spec.nodeSelector are allowed (no mutations or deletions)",
    'spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[0]: Invalid value: {"matchExpressions":[{"key":"y","operator":"Exists"}]}: only additions are allowed (no mutations or deletions)',
  ]);
});

test("annotations that the node agent goes by may not change", () => {
  const mirror = "kubernetes.io/config.mirror";
  const appArmor = "container.apparmor.security.beta.kubernetes.io/a";
  expect(problems(aPod({}, { [mirror]: "x" }), aPod({}, { [appArmor]: "unconfined" }))).toEqual([
    `metadata.annotations[${mirror}]: Forbidden: may not remove or update mirror pod annotation`,
    `metadata.annotations[${appArmor}]: Forbidden: may not add AppArmor annotations`,
  ]);
});
