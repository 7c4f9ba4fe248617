import type { KubeObject } from "../api/resource-type.ts";
import type { Client } from "../client/client.ts";
import type { InformerFactory } from "../client/informer-factory.ts";
import type { Informer } from "../client/informer.ts";
import type { Logger } from "../lib/logger.ts";
import type { MetricsRegistry } from "../lib/metrics/metrics.ts";
import type { Clock } from "../lib/time/clock.ts";
import type { Action } from "./actions.ts";

/**
 * A controller brings one kind of thing to its wanted state, one key at a time.
 *
 * It is level-based: what happened does not matter, only what is. `snapshot` collects what there is to know about a key,
 * `reconcile` decides from it, as a pure function, what to do, and the runner does it. The runner promises that a key is
 * never worked on twice at the same time, and not again before the caches show everything that its last turn wrote. So
 * `reconcile` may count what it sees without remembering what it did.
 */
export interface ControllerDefinition<Snapshot> {
  /** As users see it in the source of events: `replicaset-controller`. */
  readonly name: string;
  /** As whom it acts; unless told, as the service account of its own name. */
  readonly user?: string;
  /** How many keys are worked on at the same time; 5 unless told, as upstream. */
  readonly workers?: number;
  readonly connect: (context: ControllerContext) => Connection<Snapshot>;
  readonly reconcile: (snapshot: Snapshot, nowMs: number) => readonly Action[];
}

/** Whom upstream runs a controller as. Roles of these accounts are there from the start. */
export const systemAccount = (name: string): string => `system:serviceaccount:kube-system:${name}`;

/** What upstream does within the API server. */
export const API_SERVER = "system:apiserver";

/** What upstream does before controllers can have accounts of their own. */
export const CONTROLLER_MANAGER = "system:kube-controller-manager";

/** What controllers are given. */
export interface ControllerContext {
  /** In the name of the controller. */
  readonly client: Client;
  readonly informers: InformerFactory;
  readonly directories: HostDirectories;
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: MetricsRegistry;
}

/** Directories of this host that hold what volumes keep. Both do nothing where there is nothing to do. */
export interface HostDirectories {
  make(path: string): Promise<void>;
  remove(path: string): Promise<void>;
}

/** How a controller is joined to a cluster. */
interface Connection<Snapshot> {
  /** Which changes put which keys to work. */
  readonly watches: readonly Watch[];
  /** What `reconcile` has to know of a key, from the caches or, where they are not certain enough, from the server. */
  readonly snapshot: (key: string) => Snapshot | undefined | Promise<Snapshot | undefined>;
  /** Ends what `connect` started besides the shared informers. */
  readonly close?: () => Promise<void>;
}

/** Tells the keys that changes concern, until the returned function is called. Whatever is there already counts as a change. */
export type Watch = (concern: (key: string) => void) => () => void;

/** A controller as the runner sees it. */
export interface Controller {
  readonly name: string;
  readonly user: string;
  readonly workers: number;
  readonly connect: (context: ControllerContext) => ConnectedController;
}

export interface ConnectedController {
  readonly watches: readonly Watch[];
  readonly plan: (key: string, nowMs: () => number) => Promise<readonly Action[]>;
  readonly close: () => Promise<void>;
}

export function defineController<Snapshot>(definition: ControllerDefinition<Snapshot>): Controller {
  const { name, user = systemAccount(name), workers = 5, reconcile } = definition;
  return {
    name,
    user,
    workers,
    connect(context) {
      const { watches, snapshot, close } = definition.connect(context);
      return {
        watches,
        async plan(key, nowMs) {
          const found = await snapshot(key);
          return found === undefined ? [] : reconcile(found, nowMs());
        },
        close: close ?? (() => Promise.resolve()),
      };
    },
  };
}

/** Any change of an object concerns the keys that `keysOf` gives for it, before and after the change. */
export function watch<T extends KubeObject>(informer: Informer<T>, keysOf: (object: T) => readonly string[]): Watch {
  return (concern) => {
    const tell = (object: T): void => {
      for (const key of keysOf(object)) concern(key);
    };
    return informer.onChange({
      added: tell,
      updated(object, previous) {
        tell(previous);
        tell(object);
      },
      deleted: tell,
    });
  };
}
