import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdir, mkdtemp, readdir, readFile, readlink, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import {
  configmaps,
  persistentvolumeclaims,
  persistentvolumes,
  pods,
  secrets,
  serviceaccounts,
} from "../../api/resources.ts";
import type { ConfigMap, PersistentVolumeSpec, Pod, Volume } from "../../api/types/core-v1.ts";
import { silentLogger } from "../../lib/logger.ts";
import { systemClock } from "../../lib/time/clock.ts";
import { startTestApiServer, type TestApiServer } from "../../testing/test-api-server.ts";
import { ReferencedObjects } from "../referenced-objects.ts";
import { ServiceAccountTokens } from "../service-account-tokens.ts";
import { ClaimedVolumes } from "../volumes/claimed-volume.ts";
import { podDirectory } from "./pod-directory.ts";
import { PodVolumes } from "./pod-volumes.ts";

let root = "";
let api: TestApiServer;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "kube-pod-volumes-"));
  api = await startTestApiServer();
  await api.client.resource(secrets).create({
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name: "login", namespace: "default" },
    data: { user: btoa("ann"), password: btoa("secret") },
  });
});
afterAll(async () => {
  await api[Symbol.asyncDispose]();
  await rm(root, { recursive: true, force: true });
});

const aPod = (volumes: Volume[], metadata: Partial<Pod["metadata"]> = {}): Pod => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name: "web", namespace: "default", uid: crypto.randomUUID(), labels: { app: "web" }, ...metadata },
  spec: { containers: [{ name: "main", resources: { limits: { cpu: "2" } } }], volumes },
});

const aConfigMap = (name: string, data: Record<string, string>): ConfigMap => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name, namespace: "default" },
  data,
});

/** The volumes of a pod, and a way to hear of changed objects. */
function volumesOf(pod: Pod) {
  const changes: (() => void)[] = [];
  const options = { client: api.client, clock: systemClock, log: silentLogger };
  const objects = new ReferencedObjects({ ...options, onChange: () => changes.splice(0).forEach((told) => told()) });
  const volumes = new PodVolumes({
    ...options,
    pod,
    objects,
    directory: podDirectory(root, pod.metadata.uid ?? ""),
    downward: () => ({ podIp: "10.244.0.5", hostIp: "192.0.2.1", allocatable: { cpu: "4" } }),
    tokens: new ServiceAccountTokens(api.client, systemClock),
    claims: new ClaimedVolumes(api.client),
    hostMounts: () => [],
    extractImage: () => Promise.reject(new Error("No image is part of this test")),
  });
  return {
    volumes,
    async setUp(): Promise<void> {
      await objects.follow(pod, new AbortController().signal);
      await volumes.setUp();
    },
    pathOf: (name: string, ...parts: string[]): string => join(volumes.pathOf(name) ?? "nowhere", ...parts),
    changed: (): Promise<void> => new Promise((resolve) => changes.push(resolve)),
    async [Symbol.asyncDispose](): Promise<void> {
      await volumes[Symbol.asyncDispose]();
      await objects[Symbol.asyncDispose]();
    },
  };
}

/** What is said when the volumes cannot be made; empty: they can. */
const refusal = (made: { setUp(): Promise<void> }): Promise<string> =>
  made.setUp().then(
    () => "",
    (error: Error) => error.message,
  );

/** Resolves when another set of files is shown. */
async function untilRewritten(directory: string, before: string): Promise<void> {
  while ((await readlink(join(directory, "..data"))) === before) await Bun.sleep(2);
}

test("a secret volume has the secret's keys, or the items it picks, with their modes", async () => {
  const all = { name: "all", secret: { secretName: "login", defaultMode: 0o400 } };
  const items = [{ key: "user", path: "deep/name", mode: 0o440 }];
  const some = { name: "some", secret: { secretName: "login", items } };
  await using made = volumesOf(aPod([all, some]));
  await made.setUp();
  expect(await readFile(made.pathOf("all", "password"), "utf8")).toBe("secret");
  expect((await stat(made.pathOf("all", "password"))).mode & 0o777).toBe(0o400);
  expect(await readFile(made.pathOf("some", "deep/name"), "utf8")).toBe("ann");
  expect((await stat(made.pathOf("some", "deep/name"))).mode & 0o777).toBe(0o440);
});

test("a volume whose object is missing fails in the kubelet's words, unless it is optional", async () => {
  await using made = volumesOf(aPod([{ name: "config", configMap: { name: "absent" } }]));
  const failure = 'MountVolume.SetUp failed for volume "config" : configmap "absent" not found';
  expect(await refusal(made)).toBe(failure);
  await using lenient = volumesOf(aPod([{ name: "config", configMap: { name: "absent", optional: true } }]));
  await lenient.setUp();
  expect(await readdir(lenient.pathOf("config", "..data"))).toEqual([]);
});

test("a volume that picks a key the object does not have fails", async () => {
  const items = [{ key: "absent", path: "a" }];
  await using made = volumesOf(aPod([{ name: "login", secret: { secretName: "login", items } }]));
  expect(await refusal(made)).toBe(
    'MountVolume.SetUp failed for volume "login" : references non-existent config key: absent',
  );
});

test("a configMap volume follows the object", async () => {
  const client = api.client.resource(configmaps);
  const created = await client.create(aConfigMap("live", { mode: "slow" }));
  const pod = aPod([{ name: "config", configMap: { name: "live" } }]);
  await using made = volumesOf(pod);
  await made.setUp();
  expect(await readFile(made.pathOf("config", "mode"), "utf8")).toBe("slow");
  const before = await readlink(made.pathOf("config", "..data"));
  const changed = made.changed();
  await client.update({ ...created, data: { mode: "fast", more: "x" } });
  await changed;
  made.volumes.refresh(pod);
  await untilRewritten(made.pathOf("config"), before);
  expect(await readFile(made.pathOf("config", "mode"), "utf8")).toBe("fast");
  expect(await readFile(made.pathOf("config", "more"), "utf8")).toBe("x");
});

test("a downwardAPI volume tells about the pod, and follows its labels", async () => {
  const items = [
    { path: "labels", fieldRef: { fieldPath: "metadata.labels" } },
    { path: "cpu", resourceFieldRef: { containerName: "main", resource: "limits.cpu" } },
  ];
  const pod = aPod([{ name: "info", downwardAPI: { items } }]);
  await using made = volumesOf(pod);
  await made.setUp();
  expect(await readFile(made.pathOf("info", "labels"), "utf8")).toBe('app="web"');
  expect(await readFile(made.pathOf("info", "cpu"), "utf8")).toBe("2");
  const before = await readlink(made.pathOf("info", "..data"));
  made.volumes.refresh({ ...pod, metadata: { ...pod.metadata, labels: { app: "web", tier: 'a"b' } } });
  await untilRewritten(made.pathOf("info"), before);
  expect(await readFile(made.pathOf("info", "labels"), "utf8")).toBe('app="web"\ntier="a\\"b"');
});

test("a projected volume joins its sources", async () => {
  await api.client.resource(configmaps).create(aConfigMap("part", { a: "1" }));
  const sources = [
    { configMap: { name: "part" } },
    { secret: { name: "login", items: [{ key: "user", path: "user" }] } },
    { downwardAPI: { items: [{ path: "name", fieldRef: { fieldPath: "metadata.name" } }] } },
  ];
  await using made = volumesOf(aPod([{ name: "all", projected: { sources } }]));
  await made.setUp();
  const names = ["a", "user", "name"];
  expect(await Promise.all(names.map((name) => readFile(made.pathOf("all", name), "utf8")))).toEqual([
    "1",
    "ann",
    "web",
  ]);
});

test("an emptyDir is empty, anybody's, and stays when the pod's volumes are made again", async () => {
  const pod = aPod([{ name: "scratch", emptyDir: {} }]);
  await using made = volumesOf(pod);
  await made.setUp();
  expect(await readdir(made.pathOf("scratch"))).toEqual([]);
  expect((await stat(made.pathOf("scratch"))).mode & 0o777).toBe(0o777);
  await writeFile(made.pathOf("scratch", "kept"), "x");
  await using again = volumesOf(pod);
  await again.setUp();
  expect(await readdir(again.pathOf("scratch"))).toEqual(["kept"]);
});

test("a hostPath is checked by its type", async () => {
  await writeFile(join(root, "a-file"), "x");
  const set = async (path: string, type: string): Promise<string> => {
    await using made = volumesOf(aPod([{ name: "host", hostPath: { path: join(root, path), type } }]));
    return (await refusal(made)).replace(root, "");
  };
  const refused = 'MountVolume.SetUp failed for volume "host" : hostPath type check failed: /a-file is not a directory';
  expect(await set("a-file", "File")).toBe("");
  expect(await set("a-file", "Directory")).toBe(refused);
  expect(await set("absent", "Directory")).toContain("/absent is not a directory");
  expect(await set("made/deep", "DirectoryOrCreate")).toBe("");
  expect(await set("made/file", "FileOrCreate")).toBe("");
  expect((await stat(join(root, "made/file"))).isFile()).toBe(true);
  expect(await set("a-file", "Socket")).toContain("is not a socket file");
});

test("a volume of a type this node does not know fails", async () => {
  await using made = volumesOf(aPod([{ name: "disk", iscsi: { targetPortal: "a", iqn: "b", lun: 0 } }]));
  expect(await refusal(made)).toBe('MountVolume.SetUp failed for volume "disk" : no volume plugin matched');
});

test.skipIf(process.getuid?.() !== 0)("volumes belong to the pod's fsGroup", async () => {
  const pod = aPod([
    { name: "scratch", emptyDir: {} },
    { name: "login", secret: { secretName: "login", defaultMode: 0o400 } },
  ]);
  const withGroup = { ...pod, spec: { containers: [], ...pod.spec, securityContext: { fsGroup: 4242 } } };
  await using made = volumesOf(withGroup);
  await made.setUp();
  const scratch = await stat(made.pathOf("scratch"));
  expect({ gid: scratch.gid, mode: scratch.mode & 0o7777 }).toEqual({ gid: 4242, mode: 0o2777 });
  const file = await stat(made.pathOf("login", "user"));
  expect({ gid: file.gid, mode: file.mode & 0o777 }).toEqual({ gid: 4242, mode: 0o440 });
});

test("A pod keeps its token when its files are written anew", async () => {
  const { client } = api;
  const metadata = { name: "tokens", namespace: "default" };
  await client.resource(serviceaccounts).create({ apiVersion: "v1", kind: "ServiceAccount", metadata });
  const token: Volume = { name: "token", projected: { sources: [{ serviceAccountToken: { path: "token" } }] } };
  const pod = await client.resource(pods).create({
    apiVersion: "v1",
    kind: "Pod",
    metadata,
    spec: {
      serviceAccountName: "tokens",
      automountServiceAccountToken: false,
      containers: [{ name: "main", image: "web" }],
      volumes: [token],
    },
  });
  await using made = volumesOf(pod);
  await made.setUp();
  const before = await readlink(made.pathOf("token", "..data"));
  await made.setUp();
  expect(await readlink(made.pathOf("token", "..data"))).toBe(before);
});

const aBoundClaim = async (name: string, source: Partial<PersistentVolumeSpec>): Promise<void> => {
  const { client } = api;
  const claim = await client.resource(persistentvolumeclaims).create({
    apiVersion: "v1",
    kind: "PersistentVolumeClaim",
    metadata: { name, namespace: "default" },
    spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } }, volumeName: `pv-${name}` },
  });
  await client.resource(persistentvolumeclaims).updateStatus({ ...claim, status: { phase: "Bound" } });
  const claimRef = { kind: "PersistentVolumeClaim", namespace: "default", name, uid: claim.metadata.uid };
  const accessModes = ["ReadWriteOnce"];
  await client.resource(persistentvolumes).create({
    apiVersion: "v1",
    kind: "PersistentVolume",
    metadata: { name: `pv-${name}` },
    spec: { capacity: { storage: "1Gi" }, accessModes, claimRef, ...source },
  });
};

const claimed = (claimName: string): Volume => ({ name: "data", persistentVolumeClaim: { claimName } });

test("a volume that a claim is bound to is mounted from where it is", async () => {
  const path = join(root, "of-a-claim");
  await aBoundClaim("directory", { hostPath: { path, type: "DirectoryOrCreate" } });
  await using mounted = volumesOf(aPod([claimed("directory")]));
  await mounted.setUp();
  expect(mounted.pathOf("data")).toBe(path);
});

const localAt = (path: string): Partial<PersistentVolumeSpec> => ({
  local: { path },
  nodeAffinity: { required: { nodeSelectorTerms: [{ matchExpressions: [{ key: "host", operator: "Exists" }] }] } },
});

test.skipIf(process.getuid?.() !== 0)("a local volume belongs to the pod's group, with all that is in it", async () => {
  const path = join(root, "local");
  await mkdir(join(path, "below"), { recursive: true });
  await writeFile(join(path, "below", "file"), "", { mode: 0o600 });
  await aBoundClaim("local", localAt(path));
  const pod = aPod([claimed("local")]);
  await using mounted = volumesOf({ ...pod, spec: { ...pod.spec, securityContext: { fsGroup: 4711 } } as Pod["spec"] });
  await mounted.setUp();
  const [folder, file] = await Promise.all([stat(join(path, "below")), stat(join(path, "below", "file"))]);
  expect([folder.gid, folder.mode & 0o7777, file.gid, file.mode & 0o7777]).toEqual([4711, 0o2775, 4711, 0o660]);
});

test.each([
  [
    "missing",
    undefined,
    /error processing PVC default\/missing: failed to fetch PVC from API server: persistentvolumeclaims "missing" not found$/,
  ],
  [
    "gone",
    localAt("/nowhere/at/all"),
    /^MountVolume.NewMounter initialization failed for volume "pv-gone" : path "\/nowhere\/at\/all" does not exist$/,
  ],
  [
    "driver",
    { csi: { driver: "csi.example.com", volumeHandle: "one" } },
    /^MountVolume.MountDevice failed for volume "pv-driver" : .* driver name csi.example.com not found in the list of registered CSI drivers$/,
  ],
])("a claim that cannot be mounted says why: %s", async (name, source, message) => {
  if (source) await aBoundClaim(name, source);
  await using mounted = volumesOf(aPod([claimed(name)]));
  const failure: unknown = await mounted.setUp().catch((error: unknown) => error);
  expect(failure).toMatchObject({ message: expect.stringMatching(message) });
});
