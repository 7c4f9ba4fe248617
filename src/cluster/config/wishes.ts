import type { ProxyModeWish } from "../../network/open-traffic-rules.ts";
import type { HostMount } from "../../node/volumes/host-mount.ts";
import type { AddonSwitches } from "./addon-switches.ts";
import type { PublishedPort } from "./published-port.ts";

/** What runs the containers of pods. */
export type RuntimeName = "docker" | "fake";

/** What keeps the state of a cluster. */
export type StoreName = "sqlite" | "memory";

/** What the user asked for; undefined: as it was, or as fits. */
export interface ClusterWishes {
  readonly port?: number | undefined;
  /** 0: Ingresses are not served. */
  readonly httpPort?: number | undefined;
  readonly httpsPort?: number | undefined;
  readonly nodes?: number | undefined;
  readonly runtime?: RuntimeName | undefined;
  readonly store?: StoreName | undefined;
  readonly podRange?: string | undefined;
  readonly serviceRange?: string | undefined;
  readonly proxyMode?: ProxyModeWish | undefined;
  readonly ports?: readonly PublishedPort[] | undefined;
  readonly mounts?: readonly HostMount[] | undefined;
  /** Only those that are to be otherwise than they are. */
  readonly addons?: Partial<AddonSwitches> | undefined;
  /** In milliseconds. */
  readonly history?: number | undefined;
  /** In bytes. */
  readonly historySize?: number | undefined;
  readonly tokenAuthFile?: string | undefined;
  readonly auditPolicyFile?: string | undefined;
  readonly staticPodPath?: string | undefined;
}
