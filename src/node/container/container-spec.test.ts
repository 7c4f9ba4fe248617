import { expect, test } from "bun:test";

import type { Container, PodSecurityContext, SecurityContext } from "../../api/types/core-v1.ts";
import type { ContainerSpec } from "../runtime/runtime.ts";
import { containerSpec } from "./container-spec.ts";

function specOf(
  container: Partial<Container>,
  { securityContext, user = "" }: { readonly securityContext?: PodSecurityContext; readonly user?: string } = {},
): ContainerSpec {
  const main = { name: "main", image: "web:1", ...container };
  return containerSpec({
    pod: {
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name: "web", namespace: "default", uid: "uid-1" },
      spec: { containers: [main], ...(securityContext ? { securityContext } : {}) },
    },
    container: main,
    handler: undefined,
    sandboxId: "sandbox",
    restartCount: 2,
    image: { id: "sha256:1", tags: [], digests: [], sizeBytes: 1, user },
    environment: new Map([["PORT", "80"]]),
    mounts: [],
    memoryCapacityBytes: 2 ** 30,
  });
}

test("containerSpec expands variables in command and args, and leaves out what is the image's", () => {
  const { command, args } = specOf({ command: ["serve", "--port=$(PORT)"], args: ["$(OTHER)", "$$(PORT)"] });
  expect({ command, args }).toEqual({ command: ["serve", "--port=80"], args: ["$(OTHER)", "$(PORT)"] });
  expect(specOf({ command: [] }).command).toBeUndefined();
});

test("containerSpec lets the container's security context win over the pod's", () => {
  const own: SecurityContext = {
    runAsUser: 7,
    readOnlyRootFilesystem: true,
    allowPrivilegeEscalation: false,
    capabilities: { add: ["NET_ADMIN"], drop: ["ALL"] },
    seccompProfile: { type: "RuntimeDefault" },
  };
  const shared = { runAsUser: 5, runAsGroup: 6, fsGroup: 8, supplementalGroups: [9] };
  expect(specOf({ securityContext: own }, { securityContext: shared }).security).toEqual({
    user: "7:6",
    supplementalGroups: [8, 9],
    privileged: false,
    readOnlyRootFilesystem: true,
    allowPrivilegeEscalation: false,
    addCapabilities: ["NET_ADMIN"],
    dropCapabilities: ["ALL"],
    unmaskedProc: false,
    appArmorProfile: undefined,
    seccomp: "RuntimeDefault",
    shareProcessNamespace: false,
  });
  expect(specOf({}).security).toMatchObject({ user: undefined, seccomp: "Unconfined", allowPrivilegeEscalation: true });
});

test("containerSpec refuses root where the pod must not run as root", () => {
  const securityContext = { runAsNonRoot: true };
  const where = '(pod: "web_default(uid-1)", container: main)';
  const trying = (user: string, runAsUser?: number) => () =>
    specOf({ securityContext: { runAsUser } }, { securityContext, user });
  expect(trying("")).toThrow(`container has runAsNonRoot and image will run as root ${where}`);
  expect(trying("app")).toThrow(
    `container has runAsNonRoot and image has non-numeric user (app), cannot verify user is non-root ${where}`,
  );
  expect(trying("", 0)).toThrow(`container's runAsUser breaks non-root policy ${where}`);
  expect(trying("1000")().security.user).toBeUndefined();
  expect(trying("", 1000)().security.user).toBe("1000");
});
