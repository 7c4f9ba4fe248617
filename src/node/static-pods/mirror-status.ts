import type { Pod, PodStatus } from "../../api/types/core-v1.ts";
import type { PodStatusSink } from "../pod/pod-status-writer.ts";

/** The status of a static pod, written to whatever mirror pod there is of it at the time. */
export class MirrorStatus implements PodStatusSink {
  readonly #writerOf: () => PodStatusSink;
  #mirror: Readonly<Pod> | undefined;
  #writer: PodStatusSink | undefined;
  #latest: PodStatus | undefined;

  /** `writerOf` makes a writer for a pod that was not written to before. */
  constructor(writerOf: () => PodStatusSink) {
    this.#writerOf = writerOf;
  }

  put(_pod: Readonly<Pod>, status: PodStatus): void {
    this.#latest = status;
    this.#write();
  }

  /** The mirror pod as the API has it now; undefined: there is none. */
  follow(mirror: Readonly<Pod> | undefined): void {
    if (mirror?.metadata.uid !== this.#mirror?.metadata.uid) this.#writer = mirror && this.#writerOf();
    this.#mirror = mirror;
    this.#write();
  }

  async flushed(): Promise<void> {
    await this.#writer?.flushed();
  }

  #write(): void {
    if (this.#mirror && this.#latest) this.#writer?.put(this.#mirror, this.#latest);
  }
}
