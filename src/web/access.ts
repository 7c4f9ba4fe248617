import { randomBytes, timingSafeEqual } from "node:crypto";

/** Why a request is not answered: a sentence for the person who made it. */
export interface Refusal {
  readonly status: 403 | 421;
  readonly text: string;
}

/** What of a request decides whether it may be answered. */
export interface Visitor {
  readonly method: string;
  readonly host: string | undefined;
  readonly origin: string | undefined;
  /** `Sec-Fetch-Site`: where a browser says the request comes from. */
  readonly fetchSite: string | undefined;
  readonly session: string | undefined;
}

const SAFE_METHODS: ReadonlySet<string> = new Set(["GET", "HEAD"]);
const OWN_SITES: ReadonlySet<string> = new Set(["same-origin", "none"]);
/** Links that were made and not used; more are not kept, the oldest lose their use. */
const MOST_LINKS = 20;

/**
 * Who may use the page: whoever opened a link of the terminal that started it. A link works once and leaves a cookie. Names of other hosts are not answered
 * (a page elsewhere could let its name point here), and nothing changes for requests that another page made.
 */
export class Access {
  readonly #session = secret();
  readonly #links = new Set<string>();
  readonly #hosts: ReadonlySet<string>;

  constructor(port: number) {
    this.#hosts = new Set([`127.0.0.1:${port}`, `localhost:${port}`]);
  }

  get session(): string {
    return this.#session;
  }

  /** The secret of a link that works once. */
  newLink(): string {
    const link = secret();
    this.#links.add(link);
    const [oldest] = this.#links;
    if (this.#links.size > MOST_LINKS && oldest !== undefined) this.#links.delete(oldest);
    return link;
  }

  /** Whether the link was one of ours; it is not any more. */
  isOpenedBy(link: string): boolean {
    for (const known of this.#links) {
      if (isSame(known, link)) return this.#links.delete(known);
    }
    return false;
  }

  /** Undefined for those who may go on; `isEntering` for the one request that brings a link instead of a session. */
  refusal({ method, host, origin, fetchSite, session }: Visitor, isEntering: boolean): Refusal | undefined {
    if (host === undefined || !this.#hosts.has(host))
      return { status: 421, text: "This page is at the address that its terminal shows, and nowhere else." };
    if (isEntering) return undefined;
    if (!SAFE_METHODS.has(method) && origin !== `http://${host}`)
      return { status: 403, text: "Only this page itself may change something." };
    if (!SAFE_METHODS.has(method) && fetchSite !== undefined && !OWN_SITES.has(fetchSite))
      return { status: 403, text: "Only this page itself may change something." };
    if (session === undefined || !isSame(session, this.#session))
      return {
        status: 403,
        text: "This browser has no session here. Open the link that the terminal shows; it works once, Enter there makes a new one.",
      };
    return undefined;
  }
}

/** Sent with every answer: nothing from elsewhere is loaded, shown around it or told where it was. */
export const SAFE_HEADERS: Readonly<Record<string, string>> = {
  "content-security-policy":
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  "x-content-type-options": "nosniff",
  // Nothing is told to others. With "no-referrer" browsers would not tell us the origin of our own forms either.
  "referrer-policy": "same-origin",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "cache-control": "no-store",
};

const secret = (): string => randomBytes(32).toString("base64url");

function isSame(left: string, right: string): boolean {
  const [leftBytes, rightBytes] = [Buffer.from(left), Buffer.from(right)];
  return leftBytes.length === rightBytes.length && timingSafeEqual(leftBytes, rightBytes);
}
