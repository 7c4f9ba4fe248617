/** A container whose configuration cannot be made: shown as CreateContainerConfigError with this message, which is the kubelet's. */
export class ContainerConfigError extends Error {
  override readonly name = "ContainerConfigError";
}
