import { errorText, type Logger } from "../../lib/logger.ts";
import type { Clock } from "../../lib/time/clock.ts";
import { Repetition } from "../../lib/time/repetition.ts";
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
  readonly #repetition: Repetition;
  readonly #options: CertificateKeeperOptions;
  #current: ClusterCertificates;

  constructor(options: CertificateKeeperOptions) {
    this.#options = options;
    this.#current = options.current;
    this.#repetition = new Repetition(options.clock, LOOK_EVERY_MS, () => this.#look());
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#repetition[Symbol.asyncDispose]();
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
