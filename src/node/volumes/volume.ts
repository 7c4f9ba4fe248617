import type { ConfigMap, ImageVolumeSource, LocalVolumeSource, Pod, Secret, Volume } from "../../api/types/core-v1.ts";
import type { DownwardContext } from "../container/downward-values.ts";
import type { HostMount } from "./host-mount.ts";

/**
 * A kind of volume. Two shapes exist: a directory volume is made once and then belongs to its containers; a file volume is
 * a set of files that the agent writes, and writes again when what they come from changes.
 */
export type VolumeType = DirectoryVolume | FileVolume;

/** A volume that a pod names, or what is behind its claim: some kinds come by claims only. */
export interface MountableVolume extends Volume {
  local?: LocalVolumeSource | undefined;
}

export interface DirectoryVolume {
  readonly shape: "directory";
  /** The field that says a volume is of this type. */
  readonly source: keyof MountableVolume;
  /** No container may write to it. */
  readonly isReadOnly?: true;
  /** Makes the volume, or finds it made, and says where on this host it is. */
  setUp(volume: MountableVolume, context: VolumeContext): Promise<string>;
}

export interface FileVolume {
  readonly shape: "files";
  readonly source: keyof Volume;
  files(volume: Volume, context: VolumeContext): Promise<VolumeFiles>;
}

export interface VolumeFiles {
  readonly files: readonly VolumeFile[];
  /** When they must be made again even if nothing changes: tokens expire. */
  readonly refreshAt?: number | undefined;
}

export interface VolumeFile {
  /** Below the volume, with `/` between the parts; never absolute, never upwards. */
  readonly path: string;
  readonly bytes: Uint8Array;
  readonly mode: number;
  /** Who owns it, where that matters. */
  readonly uid?: number | undefined;
}

export interface VolumeContext {
  readonly pod: Readonly<Pod>;
  /** Where a volume of this pod and name may keep its files. It exists. */
  readonly directory: string;
  readonly downward: DownwardContext;
  /** Folders of this machine that the node has elsewhere. */
  readonly hostMounts: readonly HostMount[];
  /** Of the pod's namespace; undefined: there is none. */
  configMap(name: string): ConfigMap | undefined;
  secret(name: string): Secret | undefined;
  requestToken(request: TokenWish): Promise<ServiceAccountToken>;
  /** Puts the files of an image into a directory; `name` is the volume's, for events. */
  extractImage(name: string, source: ImageVolumeSource, directory: string): Promise<void>;
}

export interface TokenWish {
  /** Undefined: the API server's own. */
  readonly audience: string | undefined;
  readonly expirationSeconds: number;
}

export interface ServiceAccountToken {
  readonly token: string;
  /** When a new one must be asked for: well before it expires. */
  readonly refreshAt: number;
}

/** A volume that cannot be made; the message is what the FailedMount event says after the volume's name. */
export class VolumeError extends Error {
  override readonly name = "VolumeError";
  /** The step that failed, as the event calls it. */
  readonly step: string;

  constructor(message: string, step = "MountVolume.SetUp failed") {
    super(message);
    this.step = step;
  }
}
