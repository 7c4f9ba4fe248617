import { errorText, type Logger } from "../../lib/logger.ts";
import type { Clock, Timer } from "../../lib/time/clock.ts";
import type { ClusterCertificates } from "./certificates.ts";

export interface CertificateKeeperOptions {
  /** What is there at the start. */
  readonly current: ClusterCertificates;
  /** Reads what is there, and signs anew what ends soon. */
  readonly load: () => Promise<ClusterCertificates>;
  /** Puts to use what was signed anew. Told again at the next look when it fails. */
  readonly onRenewed: (renewed: ClusterCertificates, before: ClusterCertificates) => void | Promise<void>;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Certificates are signed anew months before they end, so it does not matter when in a day somebody looks. */
const LOOK_EVERY_MS = 12 * 3600 * 1000;

/** Renews the certificates of a cluster while it runs. A start looks by itself, so this one waits before its first look. */
export class CertificateKeeper implements AsyncDisposable {
  readonly #options: CertificateKeeperOptions;
  #current: ClusterCertificates;
  #timer: Timer | undefined;
  #looking: Promise<void> = Promise.resolve();
  #isStopped = false;

  constructor(options: CertificateKeeperOptions) {
    this.#options = options;
    this.#current = options.current;
    this.#arm();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isStopped = true;
    this.#timer?.cancel();
    await this.#looking;
  }

  #arm(): void {
    if (this.#isStopped) return;
    this.#timer = this.#options.clock.setTimeout(() => {
      this.#looking = this.#look().finally(() => this.#arm());
    }, LOOK_EVERY_MS);
  }

  async #look(): Promise<void> {
    const { load, onRenewed, log } = this.#options;
    try {
      const renewed = await load();
      if (Bun.deepEquals(renewed, this.#current)) return;
      await onRenewed(renewed, this.#current);
      this.#current = renewed;
      log.info("Certificates that would have ended soon are renewed");
    } catch (error) {
      // There are months left to try it again.
      log.error(`Certificates could not be renewed: ${errorText(error)}`);
    }
  }
}
