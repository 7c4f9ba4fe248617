import { expect, test } from "bun:test";

import type { Pod } from "../../api/types/core-v1.ts";
import { debugProfile } from "./debug-profiles.ts";
import {
  debuggingCopy,
  type DebugWishes,
  losesCapabilities,
  nodeDebugger,
  withEphemeralContainer,
} from "./debugging-pods.ts";

const kept = {
  labels: false,
  annotations: false,
  liveness: false,
  readiness: false,
  startup: false,
  initContainers: true,
};

const wishes = (changes: Partial<DebugWishes> = {}): DebugWishes => ({
  image: "busybox",
  imagePullPolicy: "",
  container: "",
  args: [],
  argsOnly: false,
  env: [],
  stdin: false,
  tty: false,
  target: "",
  copyTo: "",
  sameNode: false,
  shareProcesses: undefined,
  images: {},
  profile: debugProfile("general"),
  kept,
  custom: undefined,
  ...changes,
});

const web: Pod = {
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name: "web", namespace: "team", uid: "1", labels: { app: "web" } },
  spec: {
    nodeName: "one",
    containers: [{ name: "main", image: "web:1", args: ["x"], livenessProbe: { exec: { command: ["true"] } } }],
  },
};

test("withEphemeralContainer adds a container that may trace processes", () => {
  const { pod } = withEphemeralContainer(
    web,
    "debugger-1",
    wishes({ stdin: true, tty: true, target: "main", args: ["sh"] }),
  );
  expect(pod.spec?.ephemeralContainers).toEqual([
    {
      name: "debugger-1",
      image: "busybox",
      command: ["sh"],
      stdin: true,
      terminationMessagePolicy: "File",
      tty: true,
      targetContainerName: "main",
      securityContext: { capabilities: { add: ["SYS_PTRACE"] } },
    },
  ]);
});

test("nodeDebugger has the node's namespaces, and its files in /host", () => {
  const node = { apiVersion: "v1" as const, kind: "Node" as const, metadata: { name: "one" } };
  const { pod, container } = nodeDebugger(node, "node-debugger-one-x", wishes({ env: [{ name: "A", value: "b" }] }));
  expect(container).toBe("debugger");
  expect(pod.spec).toEqual({
    containers: [
      {
        name: "debugger",
        image: "busybox",
        env: [{ name: "A", value: "b" }],
        terminationMessagePolicy: "File",
        volumeMounts: [{ mountPath: "/host", name: "host-root" }],
      },
    ],
    volumes: [{ name: "host-root", hostPath: { path: "/" } }],
    nodeName: "one",
    restartPolicy: "Never",
    tolerations: [{ operator: "Exists" }],
    hostNetwork: true,
    hostPID: true,
    hostIPC: true,
  });
});

test("debuggingCopy leaves out what would disturb, and shares processes", () => {
  const { pod, container } = debuggingCopy(web, () => "debugger-1", wishes({ copyTo: "copy" }));
  expect(container).toBe("debugger-1");
  expect(pod.metadata).toEqual({ name: "copy", namespace: "team" });
  expect(pod.spec?.nodeName).toBeUndefined();
  expect(pod.spec?.shareProcessNamespace).toBe(true);
  expect(pod.spec?.containers.map(({ name, livenessProbe }) => [name, livenessProbe])).toEqual([
    ["main", undefined],
    ["debugger-1", undefined],
  ]);
});

test("debuggingCopy changes a container of the pod, or images only", () => {
  const changed = debuggingCopy(
    web,
    () => "",
    wishes({ copyTo: "copy", container: "main", image: "", args: ["sh"], images: { "*": "web:2" }, sameNode: true }),
  );
  expect(changed.pod.spec?.containers[0]).toMatchObject({ name: "main", image: "web:2", command: ["sh"] });
  expect(changed.pod.spec?.containers[0]?.args).toBeUndefined();
  expect(changed.pod.spec?.nodeName).toBe("one");
  const images = debuggingCopy(web, () => "", wishes({ copyTo: "copy", image: "", images: { main: "web:3" } }));
  expect([images.container, images.pod.spec?.containers[0]?.image]).toEqual(["", "web:3"]);
  expect(() => debuggingCopy(web, () => "", wishes({ copyTo: "copy", image: "" }))).toThrow(
    "you must specify image when creating new container",
  );
});

test.each([
  ["baseline", undefined],
  [
    "restricted",
    {
      allowPrivilegeEscalation: false,
      capabilities: { drop: ["ALL"] },
      runAsNonRoot: true,
      seccompProfile: { type: "RuntimeDefault" },
    },
  ],
  ["netadmin", { capabilities: { add: ["NET_ADMIN", "NET_RAW"] } }],
  ["sysadmin", { privileged: true }],
])("the profile %s decides what the container may do", (profile, security) => {
  const { pod } = withEphemeralContainer(web, "d", wishes({ profile: debugProfile(profile) }));
  expect(pod.spec?.ephemeralContainers?.[0]?.securityContext).toEqual(security as never);
});

test("an unknown profile is refused, and a custom one is laid over", () => {
  expect(() => debugProfile("root")).toThrow("unknown profile: root");
  const custom = { env: [{ name: "A", value: "b" }], securityContext: { runAsUser: 0 } };
  const { pod } = withEphemeralContainer(web, "d", wishes({ custom }));
  expect(pod.spec?.ephemeralContainers?.[0]).toMatchObject({
    name: "d",
    env: [{ name: "A", value: "b" }],
    securityContext: { runAsUser: 0, capabilities: { add: ["SYS_PTRACE"] } },
  });
});

test("losesCapabilities when the pod has a user that is not root", () => {
  const asUser: Pod = { ...web, spec: { containers: [], securityContext: { runAsUser: 1000 } } };
  expect(losesCapabilities(withEphemeralContainer(asUser, "d", wishes()))).toBe(true);
  expect(losesCapabilities(withEphemeralContainer(web, "d", wishes()))).toBe(false);
});
