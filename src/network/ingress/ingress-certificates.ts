import { createSecureContext, type SecureContext } from "node:tls";

import type { Secret } from "../../api/types/core-v1.ts";
import { errorText, type Logger } from "../../lib/logger.ts";
import { hostMatches, type IngressCertificate } from "./ingress-routes.ts";

/** Both PEM. */
export interface KeyAndCertificate {
  readonly key: string;
  readonly certificate: string;
}

export interface IngressCertificatesOptions {
  /** What Ingresses say. */
  readonly wanted: () => readonly IngressCertificate[];
  /** `key` is `namespace/name`. */
  readonly secret: (key: string) => Secret | undefined;
  /** Makes a certificate of this machine's own authority. */
  readonly issue: (host: string) => Promise<KeyAndCertificate>;
  readonly log: Logger;
}

/** Clients choose the names they ask for, so only so many are remembered. */
const MOST_ISSUED = 500;
const HOST_NAME = /^[a-z0-9_*](?:[a-z0-9_.-]{0,251}[a-z0-9])?$/;

/** The certificate for each host: the Secret that an Ingress names for it, else one of a local authority. */
export class IngressCertificates {
  readonly #options: IngressCertificatesOptions;
  readonly #issued = new Map<string, Promise<SecureContext>>();
  /** By Secret; made anew when it changes. */
  readonly #fromSecrets = new Map<string, { readonly version: string | undefined; readonly context: SecureContext }>();

  constructor(options: IngressCertificatesOptions) {
    this.#options = options;
  }

  async contextFor(host: string): Promise<SecureContext> {
    return this.#fromSecret(host) ?? (await this.#local(HOST_NAME.test(host) ? host : "localhost"));
  }

  #fromSecret(host: string): SecureContext | undefined {
    const { wanted, secret: find, log } = this.#options;
    const matching = wanted().filter((each) => each.secret !== undefined && hostMatches(each.host, host));
    // The host itself before a wildcard.
    const key = (matching.find((each) => each.host === host) ?? matching[0])?.secret;
    const secret = key === undefined ? undefined : find(key);
    if (key === undefined || !secret) return undefined;
    const known = this.#fromSecrets.get(key);
    if (known && known.version === secret.metadata.resourceVersion) return known.context;
    try {
      const context = createSecureContext({ key: decoded(secret, "tls.key"), cert: decoded(secret, "tls.crt") });
      this.#fromSecrets.set(key, { version: secret.metadata.resourceVersion, context });
      return context;
    } catch (error) {
      log.warn(`The certificate in Secret ${key} cannot be used for ${host}: ${errorText(error)}`);
      return undefined;
    }
  }

  #local(host: string): Promise<SecureContext> {
    const known = this.#issued.get(host);
    if (known) return known;
    const made = this.#options
      .issue(host)
      .then(({ key, certificate }) => createSecureContext({ key, cert: certificate }));
    this.#issued.set(host, made);
    const [oldest] = this.#issued.keys();
    if (this.#issued.size > MOST_ISSUED && oldest !== undefined) this.#issued.delete(oldest);
    made.catch(() => this.#issued.delete(host));
    return made;
  }
}

const decoded = ({ data }: Secret, name: string): string => Buffer.from(data?.[name] ?? "", "base64").toString("utf8");
