/** Claims and ingresses that name no class get the default one. */
import type { KubeObject, ResourceType } from "../../api/resource-type.ts";
import { ingressclasses, ingresses, persistentvolumeclaims, storageclasses } from "../../api/resources.ts";
import type { PersistentVolumeClaim } from "../../api/types/core-v1.ts";
import type { Ingress } from "../../api/types/networking-v1.ts";
import type { ObjectReader } from "../objects/object-reader.ts";
import type { AdmissionPlugin } from "./admission.ts";
import { isFor } from "./refusal.ts";

const STORAGE_DEFAULTS = [
  "storageclass.kubernetes.io/is-default-class",
  "storageclass.beta.kubernetes.io/is-default-class",
];
const INGRESS_DEFAULTS = ["ingressclass.kubernetes.io/is-default-class"];
const CLAIM_CLASS_ANNOTATION = "volume.beta.kubernetes.io/storage-class";
const INGRESS_CLASS_ANNOTATION = "kubernetes.io/ingress.class";

export const defaultStorageClass = (reader: ObjectReader): AdmissionPlugin => ({
  name: "DefaultStorageClass",
  async admit(request) {
    if (request.operation !== "CREATE" || !isFor(request, persistentvolumeclaims)) return;
    // The resource holds claims.
    const claim = request.object as PersistentVolumeClaim;
    const isClassless =
      claim.spec?.storageClassName === undefined && claim.metadata.annotations?.[CLAIM_CLASS_ANNOTATION] === undefined;
    if (!isClassless) return;
    const found = await defaultOf(reader, storageclasses, STORAGE_DEFAULTS);
    if (found !== undefined) claim.spec = { ...claim.spec, storageClassName: found };
  },
});

export const defaultIngressClass = (reader: ObjectReader): AdmissionPlugin => ({
  name: "DefaultIngressClass",
  async admit(request) {
    if (request.operation !== "CREATE" || !isFor(request, ingresses)) return;
    // The resource holds ingresses.
    const ingress = request.object as Ingress;
    const isClassless =
      ingress.spec?.ingressClassName === undefined &&
      ingress.metadata.annotations?.[INGRESS_CLASS_ANNOTATION] === undefined;
    if (!isClassless) return;
    const found = await defaultOf(reader, ingressclasses, INGRESS_DEFAULTS);
    if (found !== undefined) ingress.spec = { ...ingress.spec, ingressClassName: found };
  },
});

/** The name of the default; of several, the newest. */
async function defaultOf(
  reader: ObjectReader,
  type: ResourceType,
  annotations: readonly string[],
): Promise<string | undefined> {
  const classes = await reader.list(type);
  const [newest] = classes
    .filter(({ metadata }) => annotations.some((name) => metadata.annotations?.[name] === "true"))
    .toSorted(newestFirst);
  return newest?.metadata.name;
}

function newestFirst({ metadata: a }: KubeObject, { metadata: b }: KubeObject): number {
  const age = Date.parse(b.creationTimestamp ?? "") - Date.parse(a.creationTimestamp ?? "");
  if (age !== 0) return age;
  return (a.name ?? "") < (b.name ?? "") ? -1 : 1;
}
