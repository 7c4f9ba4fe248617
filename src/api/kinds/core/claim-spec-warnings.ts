import { at, child } from "../../field-errors.ts";
import type { PersistentVolumeClaimSpec } from "../../types/core-v1.ts";
import { fractionalWarnings } from "./fractional-warnings.ts";

/** Of a claim, or of one that a pod or a StatefulSet will make. */
export function claimSpecWarnings(spec: PersistentVolumeClaimSpec | undefined, path: string): string[] {
  const { requests, limits } = spec?.resources ?? {};
  const resourcesPath = child(path, "resources");
  return [
    ...fractionalWarnings(requests?.["storage"] ?? 0, at(child(resourcesPath, "requests"), "storage")),
    ...fractionalWarnings(limits?.["storage"] ?? 0, at(child(resourcesPath, "limits"), "storage")),
  ];
}
