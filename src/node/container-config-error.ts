/** A container whose configuration cannot be made: shown as CreateContainerConfigError with this message, which is the kubelet's. */
export class ContainerConfigError extends Error {
  constructor(message: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.name = "ContainerConfigError";
  }
}
