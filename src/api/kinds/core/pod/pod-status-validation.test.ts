import { expect, test } from "bun:test";

import { FieldErrors } from "../../../field-errors.ts";
import type { ContainerStatus, Pod, PodSpec, PodStatus } from "../../../types/core-v1.ts";
import { validatePodStatusUpdate } from "./pod-status-validation.ts";

const aPod = (status: PodStatus, spec: Partial<PodSpec> = {}): Pod => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name: "web" },
  spec: { containers: [{ name: "a" }], restartPolicy: "Never", ...spec },
  status,
});

function problems(old: PodStatus, updated: PodStatus, spec: Partial<PodSpec> = {}): string[] {
  const errors = new FieldErrors();
  validatePodStatusUpdate(aPod(updated, spec), aPod(old, spec), errors);
  return errors.errors.map(({ path, message }) => `${path}: ${message}`);
}

const ended = (exitCode: number): ContainerStatus[] => [
  { name: "a", image: "", imageID: "", ready: false, restartCount: 0, state: { terminated: { exitCode } } },
];
const running: ContainerStatus[] = [
  { name: "a", image: "", imageID: "", ready: true, restartCount: 1, state: { running: {} } },
];
const REVIVED = "status.containerStatuses[0].state: Forbidden: may not be transitioned to non-terminated state";

test.each<[string, Partial<PodSpec>, number, string[]]>([
  ["never restarts", { restartPolicy: "Never" }, 1, [REVIVED]],
  ["restarts on failure and failed", { restartPolicy: "OnFailure" }, 1, []],
  ["restarts on failure and succeeded", { restartPolicy: "OnFailure" }, 0, [REVIVED]],
  ["always restarts", { restartPolicy: "Always" }, 0, []],
  ["restarts by its own policy", { containers: [{ name: "a", restartPolicy: "OnFailure" }] }, 1, []],
  [
    "restarts by its own rule",
    {
      containers: [
        {
          name: "a",
          restartPolicy: "Never",
          restartPolicyRules: [{ action: "Restart", exitCodes: { operator: "In", values: [7] } }],
        },
      ],
    },
    7,
    [],
  ],
  [
    "has no rule for its exit code",
    {
      containers: [
        {
          name: "a",
          restartPolicy: "Never",
          restartPolicyRules: [{ action: "Restart", exitCodes: { operator: "NotIn", values: [7] } }],
        },
      ],
    },
    7,
    [REVIVED],
  ],
])("a container runs again only if it %s", (_name, spec, exitCode, expected) => {
  expect(problems({ containerStatuses: ended(exitCode) }, { containerStatuses: running }, spec)).toEqual(expected);
});

test("the status of a pod is checked in all its parts", () => {
  const old: PodStatus = { qosClass: "Burstable", podIPs: [{ ip: "010.0.0.1" }] };
  const updated: PodStatus = {
    qosClass: "BestEffort",
    observedGeneration: -1,
    conditions: [
      { type: "Ready", status: "True", observedGeneration: -1 },
      { type: "a b", status: "True" },
    ],
    nominatedNodeName: "n",
    podIPs: [{ ip: "010.0.0.1" }, { ip: "x" }],
    hostIP: "10.0.0.1",
    hostIPs: [{ ip: "10.0.0.2" }],
    resourceClaimStatuses: [{ name: "c" }, { name: "c", resourceClaimName: "x" }],
  };
  expect(problems(old, updated, { nodeName: "n" })).toEqual([
    "status.conditions[0].observedGeneration: Invalid value: -1: must be a non-negative integer",
    "status.conditions[1].Type: Invalid value: \"a b\": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')",
    "status.nominatedNodeName: Forbidden: may not be set on pods that are already bound to a node",
    "status.observedGeneration: Invalid value: -1: must be a non-negative integer",
    'status.qosClass: Invalid value: "BestEffort": field is immutable',
    'status.resourceClaimStatuses[0].name: Invalid value: "c": must match the name of an entry in `spec.resourceClaims`',
    'status.resourceClaimStatuses[1].name: Invalid value: "c": must match the name of an entry in `spec.resourceClaims`',
    'status.resourceClaimStatuses[1].name: Duplicate value: "c"',
    'status.podIPs[1]: Invalid value: "x": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)',
    'status.podIPs: Invalid value: [{"ip":"010.0.0.1"},{"ip":"x"}]: may specify no more than one IP for each IP family',
    'status.hostIPs[0].ip: Invalid value: "10.0.0.2": must be equal to `hostIP`',
  ]);
});

test("one address of each family is well-formed", () => {
  expect(problems({}, { podIPs: [{ ip: "10.0.0.1" }, { ip: "fd00::1" }] })).toEqual([]);
});

test("a container's devices are its own", () => {
  const containers = [
    { name: "a", resources: { requests: { "example.com/gpu": 1 }, claims: [{ name: "c", request: "r" }] } },
  ];
  const resource = (name: string) => ({ name, resources: [{ resourceID: "1", health: "Sick" }, { resourceID: "1" }] });
  const [status] = running;
  const statuses = status && [
    { ...status, allocatedResourcesStatus: [resource("example.com/gpu"), resource("claim:c/r"), resource("claim:c")] },
  ];
  const shown = problems({}, { containerStatuses: statuses }, { containers });
  const path = "status.containerStatuses[0].allocatedResourcesStatus";
  expect(shown).toContain(
    `${path}[2].name: Invalid value: "claim:c": must match one of the container's resource claims in a format 'claim:<claimName>/<request>' or 'claim:<claimName>' if request is empty`,
  );
  expect(shown).toContain(
    `${path}[0].resources[0].health: Unsupported value: "Sick": supported values: "Healthy", "Unhealthy", "Unknown"`,
  );
  expect(shown).toContain(`${path}[0].resources[1].resourceID: Duplicate value: "1"`);
  expect(shown.filter((problem) => problem.includes(".name:"))).toHaveLength(1);
});
