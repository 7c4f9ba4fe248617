import { expect, test } from "bun:test";

import { persistentvolumeclaims, persistentvolumes, pods, storageclasses } from "../../api/resources.ts";
import type { PersistentVolume, PersistentVolumeClaim, Pod } from "../../api/types/core-v1.ts";
import type { StorageClass } from "../../api/types/storage-v1.ts";
import { startTestControllers, type TestControllers } from "../../testing/test-controllers.ts";
import { DIRECTORY_PROVISIONER, directoryProvisioner } from "./directory-provisioner.ts";
import { ephemeralVolumeController } from "./ephemeral-volume.ts";
import { persistentVolumeController } from "./persistent-volume.ts";
import { claimProtectionController, volumeProtectionController } from "./protection.ts";
import { volumeExpansionController } from "./volume-expansion.ts";

const aClass = (name: string, parts: Partial<StorageClass> = {}): StorageClass => ({
  apiVersion: "storage.k8s.io/v1",
  kind: "StorageClass",
  metadata: { name },
  provisioner: DIRECTORY_PROVISIONER,
  allowVolumeExpansion: true,
  ...parts,
});

const aClaim = (name: string, spec: PersistentVolumeClaim["spec"] = {}): PersistentVolumeClaim => ({
  apiVersion: "v1",
  kind: "PersistentVolumeClaim",
  metadata: { name, namespace: "default" },
  spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } }, ...spec },
});

const aPod = (name: string, spec: Partial<Pod["spec"]>): Pod => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name, namespace: "default" },
  spec: { containers: [{ name: "main", image: "web" }], ...spec },
});

const start = (): Promise<TestControllers> =>
  startTestControllers([
    persistentVolumeController,
    directoryProvisioner("/volumes"),
    claimProtectionController,
    volumeProtectionController,
    ephemeralVolumeController,
    volumeExpansionController,
  ]);

const isBound = ({ status }: PersistentVolumeClaim): boolean => status?.phase === "Bound";
const boundClaim = (cluster: TestControllers, name: string): Promise<PersistentVolumeClaim> =>
  cluster.eventually(persistentvolumeclaims, (claims) =>
    claims.find((claim) => claim.metadata.name === name && isBound(claim)),
  );

test("a claim gets a volume of its class, which grows with it and goes with it", async () => {
  await using cluster = await start();
  const { client } = cluster;
  const claims = client.resource(persistentvolumeclaims);
  await client.resource(storageclasses).create(aClass("dirs"));
  await claims.create(aClaim("data", { storageClassName: "dirs" }));
  const claim = await boundClaim(cluster, "data");
  const key = { name: "data", namespace: "default" };
  const name = `pvc-${claim.metadata.uid}`;
  expect(claim.spec?.volumeName).toBe(name);
  const volume = await client.resource(persistentvolumes).get({ name });
  expect(volume.spec?.hostPath?.path).toBe(`/volumes/${name}_default_data`);

  const larger = { spec: { resources: { requests: { storage: "2Gi" } } } };
  await claims.patch(key, larger, { type: "merge" });
  await cluster.eventually(persistentvolumeclaims, ([one]) => one?.status?.capacity?.["storage"] === "2Gi");
  expect((await client.resource(persistentvolumes).get({ name })).spec?.capacity).toEqual({ storage: "2Gi" });

  await claims.delete(key);
  await cluster.eventually(persistentvolumes, (volumes) => volumes.length === 0);
});

test("a claim that a pod uses stays until the pod is gone", async () => {
  await using cluster = await start();
  const { client } = cluster;
  await client.resource(storageclasses).create(aClass("dirs"));
  await client.resource(persistentvolumeclaims).create(aClaim("data", { storageClassName: "dirs" }));
  await boundClaim(cluster, "data");
  const volumes = [{ name: "data", persistentVolumeClaim: { claimName: "data" } }];
  await client.resource(pods).create(aPod("user", { nodeName: "node-a", volumes }));
  await client.resource(persistentvolumeclaims).delete({ name: "data", namespace: "default" });
  const going = await cluster.eventually(
    persistentvolumeclaims,
    ([one]) => one?.metadata.deletionTimestamp !== undefined && one,
  );
  expect(going.metadata.finalizers).toEqual(["kubernetes.io/pvc-protection"]);
  await client.resource(pods).delete({ name: "user", namespace: "default" }, { gracePeriodSeconds: 0 });
  await cluster.eventually(persistentvolumeclaims, (claims) => claims.length === 0);
});

test("an administrator's volume is bound, released with its claim, and kept", async () => {
  await using cluster = await start();
  const { client } = cluster;
  const volume: PersistentVolume = {
    apiVersion: "v1",
    kind: "PersistentVolume",
    metadata: { name: "manual" },
    spec: { capacity: { storage: "5Gi" }, accessModes: ["ReadWriteOnce"], hostPath: { path: "/data" } },
  };
  await client.resource(persistentvolumes).create(volume);
  await client.resource(persistentvolumeclaims).create(aClaim("data", { storageClassName: "" }));
  const claim = await boundClaim(cluster, "data");
  expect(claim.status?.capacity).toEqual({ storage: "5Gi" });
  await client.resource(persistentvolumeclaims).delete({ name: "data", namespace: "default" });
  const released = await cluster.eventually(persistentvolumes, ([one]) => one?.status?.phase === "Released" && one);
  expect(released.spec?.claimRef?.uid).toBe(claim.metadata.uid);
});

test("a pod's ephemeral volume gets a claim that the pod owns", async () => {
  await using cluster = await start();
  const { client } = cluster;
  const { spec } = aClaim("");
  const volumes = [{ name: "scratch", ephemeral: { volumeClaimTemplate: { metadata: { labels: { a: "b" } }, spec } } }];
  const pod = await client.resource(pods).create(aPod("user", { volumes: volumes as never }));
  const claim = await cluster.eventually(persistentvolumeclaims, ([one]) => one);
  expect(claim.metadata.name).toBe("user-scratch");
  expect(claim.metadata.labels).toEqual({ a: "b" });
  expect(claim.metadata.ownerReferences?.[0]).toMatchObject({ kind: "Pod", uid: pod.metadata.uid, controller: true });
});
