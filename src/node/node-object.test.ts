import { expect, test } from "bun:test";

import type { NodeStatus } from "../api/types/core-v1.ts";
import { hasNewResources, type MachineFacts, newNode, nodeStatus, withAddedResources } from "./node-object.ts";

const MACHINE: MachineFacts = {
  runtime: {
    runtimeVersion: "docker://28.2.2",
    operatingSystem: "Debian GNU/Linux 12 (bookworm)",
    kernelVersion: "6.1.0",
    architecture: "amd64",
    cpus: 2,
    memoryBytes: 4 * 2 ** 30,
    cgroupVersion: 2,
    hasAppArmor: false,
    supportsRecursiveReadOnly: true,
  },
  machineId: "machine",
  systemUuid: "system",
  bootId: "boot",
  diskBytes: 100 * 2 ** 30,
};
const IDENTITY = { name: "node-1", ip: "192.0.2.1", podCidr: "10.244.0.0/24", labels: { zone: "a" } };
const NOW = Date.parse("2026-01-01T00:10:00Z");

const statusAt = (now: number, isRuntimeUp: boolean, previous?: NodeStatus): NodeStatus =>
  nodeStatus(IDENTITY, MACHINE, [], { previous, isRuntimeUp, pressures: new Set<string>(), now });
const readyOf = (status: NodeStatus) => status.conditions?.find(({ type }) => type === "Ready");

test("nodeStatus keeps something of memory and disk for the system", () => {
  const { capacity, allocatable } = statusAt(NOW, true);
  expect(capacity).toMatchObject({ cpu: "2", memory: "4194304Ki", "ephemeral-storage": "104857600Ki", pods: "110" });
  expect(allocatable).toMatchObject({ cpu: "2", memory: "4091904Ki", "ephemeral-storage": "96636764160" });
});

test("nodeStatus is not ready while the engine is away, and tells since when", () => {
  const up = statusAt(NOW, true);
  const later = statusAt(NOW + 60_000, true, up);
  expect(readyOf(later)).toMatchObject({
    status: "True",
    lastTransitionTime: "2026-01-01T00:10:00Z",
    lastHeartbeatTime: "2026-01-01T00:11:00Z",
  });
  expect(readyOf(statusAt(NOW + 120_000, false, later))).toMatchObject({
    status: "False",
    reason: "KubeletNotReady",
    message: "container runtime is down",
    lastTransitionTime: "2026-01-01T00:12:00Z",
  });
});

test("nodeStatus lists the largest images first, by all their names", () => {
  const image = (name: string, sizeBytes: number) => ({ id: name, tags: [`${name}:1`], digests: [], sizeBytes });
  const images = [image("small", 1), image("large", 3), ...Array.from({ length: 60 }, () => image("other", 2))];
  const listed = nodeStatus(IDENTITY, MACHINE, images, {
    previous: undefined,
    isRuntimeUp: true,
    pressures: new Set<string>(),
    now: NOW,
  }).images;
  expect(listed).toHaveLength(50);
  expect(listed?.[0]).toEqual({ names: ["large:1"], sizeBytes: 3 });
});

test("newNode carries the usual labels and its pod range", () => {
  const { metadata, spec } = newNode(IDENTITY, statusAt(NOW, true));
  expect(metadata.labels).toEqual({
    "beta.kubernetes.io/arch": "amd64",
    "beta.kubernetes.io/os": "linux",
    "kubernetes.io/arch": "amd64",
    "kubernetes.io/hostname": "node-1",
    "kubernetes.io/os": "linux",
    zone: "a",
  });
  expect(spec).toEqual({ podCIDR: "10.244.0.0/24", podCIDRs: ["10.244.0.0/24"] });
});

test("resources that others added to a node stay in its capacity, and pods may use them", () => {
  const added = withAddedResources(statusAt(NOW, true), { capacity: { cpu: "64", "example.com/seat": "3" } });
  expect(added.capacity).toEqual({ ...statusAt(NOW, true).capacity, "example.com/seat": "3" });
  expect(added.allocatable).toMatchObject({ "example.com/seat": "3" });
  const node = newNode(IDENTITY, added);
  expect(hasNewResources(node)).toBe(false);
  expect(
    hasNewResources({ ...node, status: { ...added, capacity: { ...added.capacity, "example.com/bed": "1" } } }),
  ).toBe(true);
});
