import { mkdir } from "node:fs/promises";

import type { Pod, Volume } from "../../api/types/core-v1.ts";
import { BackgroundTasks } from "../../lib/background.ts";
import { errorText, type Logger } from "../../lib/logger.ts";
import type { Clock, Timer } from "../../lib/time/clock.ts";
import type { DownwardContext } from "../container/downward-values.ts";
import type { ImageContent } from "../images/image-content.ts";
import type { ReferencedObjects } from "../referenced-objects.ts";
import type { ServiceAccountTokens } from "../service-account-tokens.ts";
import { writeAtomically } from "../volumes/atomic-writer.ts";
import type { ClaimedVolumes } from "../volumes/claimed-volume.ts";
import type { HostMount } from "../volumes/host-mount.ts";
import {
  type FileVolume,
  type MountableVolume,
  type ServiceAccountToken,
  type TokenWish,
  type VolumeContext,
  VolumeError,
} from "../volumes/volume.ts";
import { volumeTypeOf } from "../volumes/volumes.ts";
import type { PodDirectory } from "./pod-directory.ts";

export interface PodVolumesOptions {
  readonly pod: Readonly<Pod>;
  readonly directory: PodDirectory;
  /** As it is when files are written. */
  readonly downward: () => DownwardContext;
  readonly objects: ReferencedObjects;
  readonly tokens: ServiceAccountTokens;
  readonly claims: ClaimedVolumes;
  /** As they are when a volume is made. */
  readonly hostMounts: () => readonly HostMount[];
  /** Puts the files of an image into a directory. */
  readonly extractImage: (pod: Readonly<Pod>, content: ImageContent) => Promise<void>;
  readonly clock: Clock;
  readonly log: Logger;
}

/** The volumes of one pod: made once, and those made of files kept up with what they come from. */
export class PodVolumes implements AsyncDisposable {
  readonly #options: PodVolumesOptions;
  readonly #paths = new Map<string, string>();
  readonly #timers = new Map<string, Timer>();
  /** By what was wished for. */
  readonly #tokens = new Map<string, ServiceAccountToken>();
  readonly #tasks: BackgroundTasks;
  #pod: Readonly<Pod>;
  /** Writes to one directory must not overlap. */
  #lastRefresh: Promise<void> = Promise.resolve();

  constructor(options: PodVolumesOptions) {
    this.#options = options;
    this.#pod = options.pod;
    this.#tasks = new BackgroundTasks(options.log);
  }

  /** Makes every volume. Throws VolumeError with the kubelet's words for the first that cannot be made. */
  async setUp(): Promise<void> {
    await Promise.all((this.#pod.spec?.volumes ?? []).map((volume) => this.#setUpOne(volume)));
  }

  /** Where a volume is on this host; undefined: the pod has none of that name. */
  pathOf(name: string): string | undefined {
    return this.#paths.get(name);
  }

  /** Brings files up to date, in the background, with the pod and the objects they come from. */
  refresh(pod: Readonly<Pod>): void {
    this.#pod = pod;
    for (const volume of pod.spec?.volumes ?? []) {
      const type = volumeTypeOf(volume);
      if (type?.shape === "files" && this.#paths.has(volume.name)) this.#refreshOne(volume, type);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const timer of this.#timers.values()) timer.cancel();
    this.#timers.clear();
    this.#paths.clear();
    await this.#tasks.stop();
  }

  async #setUpOne(named: Volume): Promise<void> {
    const volume = await this.#options.claims.resolve(this.#pod, named);
    const type = volumeTypeOf(volume);
    if (!type) throw volumeFailure(volume, new VolumeError("no volume plugin matched"));
    const directory = this.#options.directory.volume(type.source, volume.name);
    try {
      await mkdir(directory, { recursive: true });
      if (type.shape === "files") {
        await this.#writeFiles(volume, type);
        this.#paths.set(named.name, directory);
      } else this.#paths.set(named.name, await type.setUp(volume, this.#context(directory)));
    } catch (error) {
      throw volumeFailure(volume, error);
    }
  }

  #refreshOne(volume: Volume, type: FileVolume): void {
    this.#tasks.run(`Refresh of volume ${volume.name}`, async (signal) => {
      const turn = this.#lastRefresh.then(() => (signal.aborted ? undefined : this.#writeFiles(volume, type)));
      this.#lastRefresh = turn.catch(() => undefined);
      try {
        await turn;
      } catch (error) {
        // What containers see stays as it was until the object is whole again.
        if (!(error instanceof VolumeError)) throw error;
      }
    });
  }

  async #writeFiles(volume: Volume, type: FileVolume): Promise<void> {
    const directory = this.#options.directory.volume(type.source, volume.name);
    const { files, refreshAt } = await type.files(volume, this.#context(directory));
    const { clock } = this.#options;
    const groupId = this.#pod.spec?.securityContext?.fsGroup;
    await writeAtomically(directory, files, { groupId, now: clock.now() });
    this.#timers.get(volume.name)?.cancel();
    if (refreshAt === undefined || this.#tasks.signal.aborted) return;
    this.#timers.set(
      volume.name,
      clock.setTimeout(() => this.#refreshOne(volume, type), Math.max(refreshAt - clock.now(), 0)),
    );
  }

  #context(directory: string): VolumeContext {
    const { downward, objects, hostMounts } = this.#options;
    const pod = this.#pod;
    const { namespace = "" } = pod.metadata;
    return {
      pod,
      directory,
      downward: downward(),
      hostMounts: hostMounts(),
      configMap: (name) => objects.configMap(namespace, name),
      secret: (name) => objects.secret(namespace, name),
      requestToken: (wish) => this.#token(wish),
      extractImage: (name, source, target) => this.#options.extractImage(pod, { name, source, directory: target }),
    };
  }

  /** The same one until it is time for another: files are written anew whenever the pod changes. */
  async #token(wish: TokenWish): Promise<ServiceAccountToken> {
    const { tokens, clock } = this.#options;
    const key = JSON.stringify([wish.audience, wish.expirationSeconds]);
    const known = this.#tokens.get(key);
    if (known && known.refreshAt > clock.now()) return known;
    const token = await tokens.request(this.#pod, wish);
    this.#tokens.set(key, token);
    return token;
  }
}

function volumeFailure({ name }: MountableVolume, error: unknown): VolumeError {
  const step = error instanceof VolumeError ? error.step : new VolumeError("").step;
  return new VolumeError(`${step} for volume "${name}" : ${errorText(error)}`);
}
