import { expect, test } from "bun:test";

import { builtInKinds } from "../registry.ts";
import type { KubeObject } from "../resource-type.ts";
import type { PodTemplateSpec } from "../types/core-v1.ts";

const template: PodTemplateSpec = {
  spec: { containers: [{ name: "a" }], imagePullSecrets: [{ name: "" }] },
};
const WARNING = 'spec.imagePullSecrets[0].name: invalid empty name ""';
const NAME =
  "metadata.name: this is used in Pod names and hostnames, which can result in surprising behavior; a DNS label is recommended: [must not contain dots]";

test.each<[string, Record<string, unknown>, string[]]>([
  ["Deployment", { spec: { template } }, [NAME, `spec.template.${WARNING}`]],
  ["ReplicaSet", { spec: { template } }, [NAME, `spec.template.${WARNING}`]],
  ["ReplicationController", { spec: { template } }, [NAME, `spec.template.${WARNING}`]],
  ["StatefulSet", { spec: { template } }, [`spec.template.${WARNING}`]],
  ["DaemonSet", { spec: { template } }, [`spec.template.${WARNING}`]],
  ["Job", { spec: { template } }, [NAME, `spec.template.${WARNING}`]],
  [
    "CronJob",
    { spec: { schedule: "@daily", jobTemplate: { spec: { template } } } },
    [NAME, `spec.jobTemplate.spec.template.${WARNING}`],
  ],
  ["PodTemplate", { template }, [`template.${WARNING}`]],
])("a %s warns of its template, at updates only of a changed one", (kindName, content, expected) => {
  const kind = builtInKinds.find(({ type }) => type.kind === kindName);
  const object = {
    apiVersion: "v1",
    kind: kindName,
    metadata: { name: "a.b", generation: 2 },
    ...content,
  } as KubeObject;
  const old = (generation: number): KubeObject => ({ ...object, metadata: { name: "a.b", generation } });
  expect(kind?.strategy.warnings?.(object, undefined)).toEqual(expected);
  expect(kind?.strategy.warnings?.(object, old(1))).toEqual(expected.filter((warning) => warning !== NAME));
  expect(kind?.strategy.warnings?.(object, old(2))).toEqual([]);
});
