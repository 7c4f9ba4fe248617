import { expect, test } from "bun:test";

import type { ContainerStatus, Pod } from "../../api/types/core-v1.ts";
import { loggedContainer, runningContainerId } from "./logged-container.ts";

function podWith(status: Partial<ContainerStatus>): Pod {
  const main: ContainerStatus = { name: "main", image: "app:1", imageID: "", ready: false, restartCount: 0, ...status };
  return { apiVersion: "v1", kind: "Pod", metadata: { name: "web" }, status: { containerStatuses: [main] } };
}

const running = { startedAt: "2026-01-01T00:00:00Z" };
const terminated = (containerID: string) => ({ exitCode: 1, containerID });
const found = (id: string) => ({ type: "found" as const, id });
const none = (message: string) => ({ type: "none" as const, message });

test("loggedContainer prefers the container that runs", () => {
  const pod = podWith({
    state: { running },
    containerID: "docker://now",
    lastState: { terminated: terminated("docker://before") },
  });
  expect(loggedContainer(pod, "main", false)).toEqual(found("now"));
  expect(loggedContainer(pod, "main", true)).toEqual(found("before"));
});

test("loggedContainer shows the last attempt while the next one waits", () => {
  const waiting = { reason: "CrashLoopBackOff" };
  const pod = podWith({ state: { waiting }, lastState: { terminated: terminated("docker://before") } });
  expect(loggedContainer(pod, "main", false)).toEqual(found("before"));
});

test("loggedContainer shows the attempt before one that never ran", () => {
  const state = { terminated: { exitCode: 128 } };
  expect(
    loggedContainer(podWith({ state, lastState: { terminated: terminated("docker://before") } }), "main", false),
  ).toEqual(found("before"));
  expect(loggedContainer(podWith({ state }), "main", false)).toEqual(
    none('container "main" in pod "web" is terminated'),
  );
});

test("loggedContainer says why there is no log yet, as the kubelet does", () => {
  const messages = ["ContainerCreating", "ErrImagePull", "ImagePullBackOff"].map((reason) =>
    loggedContainer(podWith({ state: { waiting: { reason } } }), "main", false),
  );
  expect(messages).toEqual([
    none('container "main" in pod "web" is waiting to start: ContainerCreating'),
    none('container "main" in pod "web" is waiting to start: image can\'t be pulled'),
    none('container "main" in pod "web" is waiting to start: trying and failing to pull image'),
  ]);
  expect(loggedContainer(podWith({}), "main", false)).toEqual(
    none('container "main" in pod "web" is waiting to start - no logs yet'),
  );
  expect(loggedContainer(podWith({}), "main", true)).toEqual(
    none('previous terminated container "main" in pod "web" not found'),
  );
  expect(loggedContainer(podWith({}), "other", false)).toEqual(none('container "other" in pod "web" is not available'));
});

test("runningContainerId knows only containers that run", () => {
  expect(runningContainerId(podWith({ state: { running }, containerID: "docker://now" }), "main")).toBe("now");
  expect(
    runningContainerId(podWith({ state: { terminated: terminated("docker://x") }, containerID: "docker://x" }), "main"),
  ).toBeUndefined();
});
