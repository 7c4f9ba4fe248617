import { expect, test } from "bun:test";

import { FieldErrors } from "../../field-errors.ts";
import { decodeObject } from "../../schema/decode-object.ts";
import { definition, type ValueType } from "../../schema/schema.ts";
import type { Pod } from "../../types/core-v1.ts";
import { validateEphemeralContainersUpdate } from "./ephemeral-containers-update-validation.ts";
import { validatePodResize } from "./pod-resize-validation.ts";
import { pod as kind } from "./pod.ts";
import { podStatusSubresource } from "./pod/pod-strategy.ts";

/** A value of a type in which every struct, list and map is there and nothing is said: what validation likes least. */
function hollow(type: ValueType, depth: number): unknown {
  if (type.items) return [hollow(type.items, depth)];
  if (type.values) return { "": hollow(type.values, depth) };
  if (type.ref === undefined) return undefined;
  const { properties } = definition(type.ref);
  if (!properties || depth === 0) return undefined;
  return Object.fromEntries(Object.entries(properties).map(([name, field]) => [name, hollow(field, depth - 1)]));
}

const hollowPod = (depth: number): Pod => decodedPod(hollow({ ref: kind.definition }, depth));

/** As a request would bring it. */
function decodedPod(value: unknown): Pod {
  const sent: unknown = JSON.parse(JSON.stringify(value));
  const pod = decodeObject(kind.definition, sent).object as unknown as Pod;
  kind.defaults?.(pod);
  return pod;
}

// Each level lets one more kind of struct be empty.
for (const depth of [2, 3, 4, 5, 6, 7, 8, 9]) {
  test(`a pod that is hollow at level ${depth} is refused, never stumbled over`, () => {
    const { strategy } = kind;
    const pod = hollowPod(depth);
    const old = hollowPod(depth - 1);
    const errors = new FieldErrors();
    strategy.prepareCreate?.(structuredClone(pod), { now: 0, user: { name: "", groups: [] } });
    strategy.validate?.(pod, errors);
    expect(errors.isEmpty).toBe(false);
    for (const [left, right] of [
      [pod, old],
      [old, pod],
      [pod, pod],
    ] as const) {
      strategy.validateUpdate?.(left, right, errors);
      validatePodResize(left, right, errors);
      validateEphemeralContainersUpdate(left, right, errors);
      podStatusSubresource.validateUpdate?.(left, right, errors);
      podStatusSubresource.prepareUpdate?.(structuredClone(left), right, { now: 0, user: { name: "", groups: [] } });
    }
    strategy.warnings?.(pod, undefined);
    expect(kind.columns.map(({ value }) => value(pod, { now: 0 }))).toHaveLength(9);
  });
}

const VOLUME = definition("io.k8s.api.core.v1.Volume").properties ?? {};

for (const [source, field] of Object.entries(VOLUME)) {
  if (source === "name") continue;
  test(`a hollow ${source} volume is validated`, () => {
    const volumes = [1, 2, 3, 4, 5].map((depth) => ({ name: `v${depth}`, [source]: hollow(field, depth) }));
    const pod = decodedPod({ metadata: { name: "web" }, spec: { containers: [{ name: "a", image: "x" }], volumes } });
    const errors = new FieldErrors();
    kind.strategy.validate?.(pod, errors);
    kind.strategy.warnings?.(pod, undefined);
    expect(errors.errors.filter(({ path }) => !path.startsWith("spec.volumes["))).toEqual([]);
  });
}
