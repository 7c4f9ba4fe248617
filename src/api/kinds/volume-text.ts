import type { ObjectMeta } from "../types/meta-v1.ts";

const SHORT_ACCESS_MODES = {
  ReadWriteOnce: "RWO",
  ReadOnlyMany: "ROX",
  ReadWriteMany: "RWX",
  ReadWriteOncePod: "RWOP",
};

/** `RWO,ROX`, always in this order. */
export function accessModesText(modes: readonly string[] = []): string {
  return Object.entries(SHORT_ACCESS_MODES)
    .filter(([mode]) => modes.includes(mode))
    .map(([, short]) => short)
    .join(",");
}

/** Of a volume or claim; the annotation that came before the field still wins. */
export function storageClassName(
  { annotations }: ObjectMeta,
  spec: { readonly storageClassName?: string | undefined } | undefined,
): string {
  return annotations?.["volume.beta.kubernetes.io/storage-class"] ?? spec?.storageClassName ?? "";
}
