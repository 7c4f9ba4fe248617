import { serviceaccounts } from "../../api/resources.ts";
import { isMirrorPod } from "../../api/static-pod.ts";
import type { Container, Pod, PodSpec, ServiceAccount, Volume } from "../../api/types/core-v1.ts";
import { nameSuffix } from "../../lib/random.ts";
import type { ObjectReader } from "../objects/object-reader.ts";
import type { AdmissionPlugin } from "./admission.ts";
import { admittedPod, forbiddenPod } from "./pod-admission.ts";

const DEFAULT_NAME = "default";
const MOUNT_PATH = "/var/run/secrets/kubernetes.io/serviceaccount";
const VOLUME_PREFIX = "kube-api-access-";
/** An hour and some seconds: by that, clients tell these tokens from those somebody asked for himself. */
const EXPIRATION_SECONDS = 3607;
/** The default account of a new namespace is made by a controller, soon after the namespace. */
const DEFAULT_ACCOUNT_WAIT_MS = 2_000;

/** Gives every pod an account, and unless somebody said no, a volume with the token to use it. */
export const serviceAccount = (reader: ObjectReader): AdmissionPlugin => ({
  name: "ServiceAccount",
  async admit(request) {
    const pod = admittedPod(request, ["CREATE"]);
    if (!pod?.spec || isMirrorPod(pod)) return;
    const name = pod.spec.serviceAccountName || DEFAULT_NAME;
    // Two names of one field: the older is still written for old clients.
    Object.assign(pod.spec, { serviceAccountName: name, serviceAccount: name });
    const account = await accountOf(reader, request.namespace, name);
    if (!account) {
      const detail = `error looking up service account ${request.namespace}/${name}: serviceaccount "${name}" not found`;
      throw forbiddenPod(pod, detail);
    }
    if (pod.spec.automountServiceAccountToken ?? account.automountServiceAccountToken ?? true) mountToken(pod.spec);
    if (!pod.spec.imagePullSecrets?.length && account.imagePullSecrets?.length) {
      pod.spec.imagePullSecrets = account.imagePullSecrets.map((secret) => ({ ...secret }));
    }
  },
  validate(request) {
    const pod = admittedPod(request, ["CREATE"]);
    if (pod && isMirrorPod(pod)) validateMirrorPod(pod);
  },
});

const accountOf = (reader: ObjectReader, namespace: string, name: string): Promise<ServiceAccount | undefined> =>
  name === DEFAULT_NAME
    ? reader.waitFor(serviceaccounts, namespace, name, DEFAULT_ACCOUNT_WAIT_MS)
    : reader.find(serviceaccounts, namespace, name);

function mountToken(spec: PodSpec): void {
  const containers = [...(spec.initContainers ?? []), ...spec.containers].filter((container) => !hasMount(container));
  if (containers.length === 0) return;
  const existing = spec.volumes?.find(({ name }) => name.startsWith(VOLUME_PREFIX));
  const name = existing?.name ?? VOLUME_PREFIX + nameSuffix(5);
  for (const container of containers) {
    container.volumeMounts = [...(container.volumeMounts ?? []), { name, readOnly: true, mountPath: MOUNT_PATH }];
  }
  if (!existing) spec.volumes = [...(spec.volumes ?? []), tokenVolume(name)];
}

const hasMount = ({ volumeMounts = [] }: Container): boolean =>
  volumeMounts.some(({ mountPath }) => mountPath === MOUNT_PATH);

const tokenVolume = (name: string): Volume => ({
  name,
  projected: {
    defaultMode: 0o644,
    sources: [
      { serviceAccountToken: { expirationSeconds: EXPIRATION_SECONDS, path: "token" } },
      { configMap: { name: "kube-root-ca.crt", items: [{ key: "ca.crt", path: "ca.crt" }] } },
      {
        downwardAPI: {
          items: [{ path: "namespace", fieldRef: { apiVersion: "v1", fieldPath: "metadata.namespace" } }],
        },
      },
    ],
  },
});

function validateMirrorPod(pod: Pod): void {
  if (pod.spec?.serviceAccountName) throw forbiddenPod(pod, "a mirror pod may not reference service accounts");
  const projections = pod.spec?.volumes?.flatMap(({ projected }) => projected?.sources ?? []) ?? [];
  if (projections.some((source) => source.serviceAccountToken)) {
    throw forbiddenPod(pod, "a mirror pod may not use ServiceAccountToken volume projections");
  }
}
