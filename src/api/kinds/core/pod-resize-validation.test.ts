import { expect, test } from "bun:test";

import { FieldErrors } from "../../field-errors.ts";
import type { Container, Pod, PodSpec } from "../../types/core-v1.ts";
import { validateEphemeralContainersUpdate } from "./ephemeral-containers-update-validation.ts";
import { validatePodResize } from "./pod-resize-validation.ts";

const aPod = (spec: Partial<PodSpec>, more: Partial<Pod> = {}): Pod => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name: "web" },
  spec: { containers: [sized("a", "1", "2")], ...spec },
  ...more,
});

function sized(name: string, request: string, limit: string): Container {
  return { name, image: "x", resources: { requests: { cpu: request }, limits: { cpu: limit } } };
}

type Validate = (pod: Pod, old: Pod, errors: FieldErrors) => void;

function problems(validate: Validate, old: Pod, updated: Pod): string[] {
  const errors = new FieldErrors();
  validate(updated, old, errors);
  return errors.errors.map(({ path, message }) => `${path}: ${message}`);
}

const ONLY = "spec: Forbidden: only cpu and memory resources are mutable";

test.each<[string, Partial<PodSpec>, Partial<PodSpec>, string[]]>([
  ["other amounts", {}, { containers: [sized("a", "1500m", "3")] }, []],
  [
    "a limit more",
    { containers: [{ name: "a", resources: { requests: { cpu: "1" } } }] },
    { containers: [{ name: "a", resources: { requests: { cpu: "1" }, limits: { cpu: "2" } } }] },
    [],
  ],
  [
    "a limit less",
    {},
    { containers: [{ name: "a", image: "x", resources: { requests: { cpu: "1" } } }] },
    ["spec.containers[0].resources.limits: Forbidden: resource limits cannot be removed"],
  ],
  [
    "another class",
    {},
    { containers: [{ name: "a", image: "x", resources: { requests: {}, limits: {} } }] },
    [
      'spec: Invalid value: "": Pod QOS Class may not change as a result of resizing',
      "spec.containers[0].resources.requests: Forbidden: resource requests cannot be removed",
      "spec.containers[0].resources.limits: Forbidden: resource limits cannot be removed",
    ],
  ],
  ["another image", {}, { containers: [{ ...sized("a", "1", "2"), image: "y" }] }, [ONLY]],
  ["another node", {}, { nodeName: "n" }, [ONLY]],
  [
    "another container",
    {},
    { containers: [sized("b", "1", "2")] },
    ["spec.containers[0].name: Forbidden: containers may not be renamed or reordered on resize"],
  ],
  [
    "a container more",
    {},
    { containers: [sized("a", "1", "2"), sized("b", "1", "2")] },
    ["spec.containers: Forbidden: containers may not be added or removed on resize"],
  ],
  ["amounts of the pod", { resources: { limits: { cpu: "2" } } }, { resources: { limits: { cpu: "3" } } }, []],
  [
    "no amounts of the pod any more",
    { resources: { limits: { cpu: "2" }, requests: { cpu: "1" } } },
    { resources: { requests: { cpu: "1" } } },
    ["spec.resources.limits: Forbidden: pod-level resource limits cannot be removed"],
  ],
])("validatePodResize of %s", (_name, old, updated, expected) => {
  expect(problems(validatePodResize, aPod(old), aPod(updated))).toEqual(expected);
});

test("validatePodResize leaves pods alone that cannot be resized", () => {
  const resized = aPod({ containers: [sized("a", "2", "3")] });
  const mirror = aPod({}, { metadata: { name: "web", annotations: { "kubernetes.io/config.mirror": "x" } } });
  expect(problems(validatePodResize, mirror, resized)).toEqual([": Forbidden: static pods cannot be resized"]);
  const windows = aPod({ os: { name: "windows" } });
  expect(problems(validatePodResize, windows, resized)).toEqual([": Forbidden: windows pods cannot be resized"]);
  const containerStatuses = [
    { name: "a", image: "", imageID: "", ready: true, restartCount: 0, state: { running: {} } },
  ];
  expect(problems(validatePodResize, aPod({}, { status: { containerStatuses } }), resized)).toEqual([
    "spec: Forbidden: Pod running on node without support for resize",
  ]);
});

test("ephemeral containers are added, never changed or removed", () => {
  const old = aPod({ ephemeralContainers: [{ name: "debug", image: "x" }] });
  const more = aPod({
    ephemeralContainers: [
      { name: "debug", image: "x" },
      { name: "more", image: "x" },
    ],
  });
  const other = aPod({ ephemeralContainers: [{ name: "debug", image: "y" }] });
  expect(problems(validateEphemeralContainersUpdate, old, more)).toEqual([]);
  expect(problems(validateEphemeralContainersUpdate, old, aPod({}))).toEqual([
    'spec.ephemeralContainers: Forbidden: existing ephemeral containers "debug" may not be removed\n',
  ]);
  expect(problems(validateEphemeralContainersUpdate, old, other)).toEqual([
    'spec.ephemeralContainers: Forbidden: existing ephemeral containers "debug" may not be changed\n@@ -1,4 +1,4 @@\n {\n- "image": "x",\n+ "image": "y",\n  "name": "debug"\n }\n',
  ]);
});
