import type { Container, Pod, Secret } from "../../api/types/core-v1.ts";
import type { EventRecorder } from "../../client/event-recorder.ts";
import { goDuration } from "../../lib/go/go-duration.ts";
import type { Clock } from "../../lib/time/clock.ts";
import { backoffEnd, type FailureBackoff, IMAGE_PULL, raisedBackoff } from "../container/failure-backoff.ts";
import type { StartFailure } from "../pod/pod-state.ts";
import { containerReference } from "../pod/pod-text.ts";
import { imageToPull } from "../runtime/image-reference.ts";
import { engineText, isRuntimeError } from "../runtime/runtime-error.ts";
import { type ContainerRuntime, type ImageRecord } from "../runtime/runtime.ts";
import { pullCredentials } from "./pull-credentials.ts";
import { userCredentials } from "./user-credentials.ts";

export interface ImagePullerOptions {
  readonly runtime: ContainerRuntime;
  readonly events: EventRecorder;
  readonly clock: Clock;
  /** Pull secrets of the pod that exist. */
  pullSecrets(pod: Readonly<Pod>): readonly Secret[];
  onPulled(): void;
}

/** An image that is there, or why not. */
export type ImageOutcome = { readonly image: ImageRecord } | { readonly failure: StartFailure };

interface PullTrouble {
  readonly backoff: FailureBackoff;
  readonly failedAt: number;
  /** What the last pull came to: the waiting message repeats it. */
  readonly detail: string;
}

/** How soon after a failed pull the container is seen to back off. */
const BACKOFF_SHOWN_AFTER_MS = 1000;
const INSPECT_RETRY_MS = 10_000;

/** Sees to the images of containers by their pull policy, in the kubelet's words (pkg/kubelet/images/image_manager.go). */
export class ImagePuller {
  readonly #options: ImagePullerOptions;
  /** By pod and image. */
  readonly #troubles = new Map<string, PullTrouble>();

  constructor(options: ImagePullerOptions) {
    this.#options = options;
  }

  async ensure(pod: Readonly<Pod>, container: Container, signal: AbortSignal): Promise<ImageOutcome> {
    const wanted = container.image ?? "";
    const name = imageToPull(wanted);
    if (name === undefined) {
      const message = `Failed to apply default image tag "${wanted}": couldn't parse image name "${wanted}": invalid reference format`;
      this.#tell(pod, container, "Warning", "InspectFailed", message);
      return this.#failed("InvalidImageName", message, INSPECT_RETRY_MS);
    }
    if (container.imagePullPolicy !== "Always") {
      const found = await this.#find(pod, container, name);
      if (found) return found;
    }
    return this.#pull(pod, container, name, signal);
  }

  /** Forgets the failures of a pod that is gone. */
  forget(podUid: string): void {
    for (const key of this.#troubles.keys()) if (key.startsWith(`${podUid} `)) this.#troubles.delete(key);
  }

  /** Undefined: the image must be pulled. */
  async #find(pod: Readonly<Pod>, container: Container, name: string): Promise<ImageOutcome | undefined> {
    try {
      const image = await this.#options.runtime.inspectImage(name);
      if (image) {
        const message = `Container image "${container.image}" already present on machine and can be accessed by the pod`;
        this.#tell(pod, container, "Normal", "Pulled", message);
        return { image };
      }
    } catch (error) {
      const message = `Failed to inspect image "${name}": ${engineText(error)}`;
      this.#tell(pod, container, "Warning", "InspectFailed", message);
      return this.#failed("ImageInspectError", message, INSPECT_RETRY_MS);
    }
    if (container.imagePullPolicy !== "Never") return undefined;
    const message = `Container image "${container.image}" is not present with pull policy of Never`;
    this.#tell(pod, container, "Warning", "ErrImageNeverPull", message);
    return this.#failed("ErrImageNeverPull", message, INSPECT_RETRY_MS);
  }

  async #pull(pod: Readonly<Pod>, container: Container, name: string, signal: AbortSignal): Promise<ImageOutcome> {
    const { clock } = this.#options;
    const key = `${pod.metadata.uid} ${name}`;
    const trouble = this.#troubles.get(key);
    const until = trouble && backoffEnd(trouble.backoff, trouble.failedAt, IMAGE_PULL);
    if (trouble && until !== undefined && until > clock.now()) {
      const message = `Back-off pulling image "${container.image}"`;
      this.#tell(pod, container, "Normal", "BackOff", message);
      return this.#failed("ImagePullBackOff", `${message}: ${trouble.detail}`, until - clock.now());
    }
    this.#tell(pod, container, "Normal", "Pulling", `Pulling image "${container.image}"`);
    const startedAt = clock.now();
    try {
      const image = await this.#pullWithCredentials(pod, name, signal);
      this.#troubles.delete(key);
      this.#options.onPulled();
      const took = goDuration(clock.now() - startedAt);
      const message = `Successfully pulled image "${container.image}" in ${took} (${took} including waiting). Image size: ${image.sizeBytes} bytes.`;
      this.#tell(pod, container, "Normal", "Pulled", message);
      return { image };
    } catch (error) {
      if (signal.aborted) throw error;
      const detail = engineText(error);
      this.#tell(pod, container, "Warning", "Failed", `Failed to pull image "${container.image}": ${detail}`);
      const failedAt = clock.now();
      const backoff = raisedBackoff(trouble?.backoff, failedAt, failedAt, IMAGE_PULL);
      this.#troubles.set(key, { backoff, failedAt, detail: `ErrImagePull: ${detail}` });
      return this.#failed("ErrImagePull", detail, BACKOFF_SHOWN_AFTER_MS);
    }
  }

  /** Tries what the pod's secrets offer, then what the user of this machine has, and without any credentials last. */
  async #pullWithCredentials(pod: Readonly<Pod>, name: string, signal: AbortSignal): Promise<ImageRecord> {
    const { runtime } = this.#options;
    for (const credentials of pullCredentials(name, this.#options.pullSecrets(pod))) {
      try {
        return await runtime.pullImage(name, credentials, signal);
      } catch (error) {
        if (!isRuntimeError(error, "PullDenied")) throw error;
      }
    }
    const own = await userCredentials(name);
    if (own) {
      try {
        return await runtime.pullImage(name, own, signal);
      } catch (error) {
        if (!isRuntimeError(error, "PullDenied")) throw error;
      }
    }
    return runtime.pullImage(name, undefined, signal);
  }

  #failed(reason: string, message: string, retryAfterMs: number): ImageOutcome {
    return { failure: { reason, message, retryAt: this.#options.clock.now() + retryAfterMs } };
  }

  #tell(pod: Readonly<Pod>, container: Container, type: "Normal" | "Warning", reason: string, message: string): void {
    this.#options.events.record(containerReference(pod, container), type, reason, message);
  }
}
