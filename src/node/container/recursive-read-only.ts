import type { VolumeMount } from "../../api/types/core-v1.ts";
import { ContainerConfigError } from "./container-config-error.ts";

/**
 * Whether what is mounted below a read-only mount is read-only, too. Throws, in the kubelet's words, for a mount that asks for what cannot be.
 */
export function isRecursivelyReadOnly(mount: VolumeMount, isSupported: boolean): boolean {
  const { name, readOnly, recursiveReadOnly: mode = "Disabled", mountPropagation: propagation = "None" } = mount;
  if (mode === "Disabled") return false;
  const refuse = (why: string): never => {
    throw new ContainerConfigError(
      `failed to resolve recursive read-only mode: volume ${JSON.stringify(name)} requested recursive read-only mode, but it is not ${why}`,
    );
  };
  if (!readOnly) return refuse("read-only");
  if (propagation !== "None") return refuse(`compatible with propagation ${JSON.stringify(propagation)}`);
  if (mode === "Enabled" && !isSupported) return refuse("supported by the runtime");
  return isSupported;
}
