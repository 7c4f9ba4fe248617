import { createPrivateKey } from "node:crypto";

import type { ResourceType } from "../../api/resource-type.ts";
import { nodes, pods, secrets, serviceaccounts } from "../../api/resources.ts";
import { jwtKey, readJwt, signJwt, verifyJwt, type JwtClaims, type JwtKey } from "../../lib/jwt.ts";
import { uuid } from "../../lib/random.ts";
import type { Clock } from "../../lib/time/clock.ts";
import type { ObjectReader } from "../objects/object-reader.ts";
import { bearerToken, type AuthenticationResult, type Authenticator, type Credentials } from "./authenticator.ts";
import type { UserInfo } from "./user-info.ts";

/** Clocks may differ by that much. */
const LEEWAY_SECONDS = 60;
/** Of the tokens in Secrets, which have no time and no audience. */
const LEGACY_ISSUER = "kubernetes/serviceaccount";

export interface ServiceAccountTokenOptions {
  /** PEM: an RSA or P-256 key. */
  readonly key: string;
  /** A URL that names this cluster; also the audience that its API server accepts. */
  readonly issuer: string;
}

/** Names an object for good: another one of that name is another. */
interface BoundObject {
  readonly name: string;
  readonly uid?: string | undefined;
}

export interface TokenSubject {
  readonly namespace: string;
  readonly account: BoundObject;
  readonly pod?: BoundObject | undefined;
  readonly node?: BoundObject | undefined;
  readonly secret?: BoundObject | undefined;
}

export interface VerifiedToken {
  readonly user: UserInfo;
  readonly audiences: readonly string[];
}

/**
 * Issues and checks the tokens of service accounts. A token is good as long as its time has not run out and everything it is
 * bound to still exists, by name and uid.
 */
export class ServiceAccountTokens implements Authenticator {
  readonly issuer: string;
  readonly key: JwtKey;
  readonly #reader: ObjectReader;
  readonly #clock: Clock;

  constructor({ key, issuer }: ServiceAccountTokenOptions, reader: ObjectReader, clock: Clock) {
    this.issuer = issuer;
    this.key = jwtKey(createPrivateKey(key));
    this.#reader = reader;
    this.#clock = clock;
  }

  /** `warnAfterSeconds`: from then on the holder should have fetched a new one, though this one still works. */
  issue(
    subject: TokenSubject,
    lifetime: { readonly seconds: number; readonly warnAfterSeconds?: number | undefined },
    audiences: readonly string[],
  ): string {
    const now = Math.floor(this.#clock.now() / 1000);
    const { namespace, account, pod, node, secret } = subject;
    const { seconds, warnAfterSeconds } = lifetime;
    return signJwt(
      {
        aud: audiences,
        exp: now + seconds,
        iat: now,
        iss: this.issuer,
        jti: uuid(),
        "kubernetes.io": {
          namespace,
          ...(node ? { node } : {}),
          ...(pod ? { pod } : {}),
          ...(secret ? { secret } : {}),
          serviceaccount: account,
          ...(warnAfterSeconds === undefined ? {} : { warnafter: now + warnAfterSeconds }),
        },
        nbf: now,
        sub: `system:serviceaccount:${namespace}:${account.name}`,
      },
      this.key,
    );
  }

  async authenticate({ headers }: Credentials): Promise<AuthenticationResult> {
    const token = bearerToken(headers);
    if (token === undefined || !this.isOurs(token)) return undefined;
    const verified = await this.verify(token);
    return verified?.audiences.includes(this.issuer) ? verified.user : "rejected";
  }

  /** Whether it claims to be a token of this cluster. */
  isOurs(token: string): boolean {
    const issuer = readJwt(token)?.["iss"];
    return issuer === this.issuer || issuer === LEGACY_ISSUER;
  }

  /** Undefined: forged, out of time, or bound to something that is gone. */
  async verify(token: string): Promise<VerifiedToken | undefined> {
    const claims = verifyJwt(token, this.key);
    if (claims?.["iss"] === LEGACY_ISSUER) return this.#verifyLegacy(token, claims);
    if (!claims || claims["iss"] !== this.issuer || !this.#isInTime(claims)) return undefined;
    // We signed these claims, so they have the shape that `issue` gives them.
    const subject = claims["kubernetes.io"] as Omit<TokenSubject, "account"> & { serviceaccount: BoundObject };
    const { namespace, serviceaccount, pod, node, secret } = subject;
    const exists = await Promise.all([
      this.#exists(serviceaccounts, namespace, serviceaccount),
      pod ? this.#exists(pods, namespace, pod) : true,
      secret ? this.#exists(secrets, namespace, secret) : true,
      node && !pod ? this.#exists(nodes, "", node) : true,
    ]);
    if (!exists.every(Boolean)) return undefined;
    return {
      user: userOf(namespace, serviceaccount, { pod, node, id: claims["jti"] as string }),
      audiences: claims["aud"] as string[],
    };
  }

  /** A token of a Secret lasts as long as that Secret holds it. */
  async #verifyLegacy(token: string, claims: JwtClaims): Promise<VerifiedToken | undefined> {
    // We signed these claims too (controllers/service-account-tokens.ts).
    const claim = (name: string): string => claims[`kubernetes.io/serviceaccount/${name}`] as string;
    const [namespace, name, uid] = [claim("namespace"), claim("service-account.name"), claim("service-account.uid")];
    const secret = await this.#reader.find(secrets, namespace, claim("secret.name"));
    if (!secret || secret.metadata.deletionTimestamp) return undefined;
    if (secret.data?.["token"] !== Buffer.from(token).toString("base64")) return undefined;
    if (secret.metadata.labels?.["kubernetes.io/legacy-token-invalid-since"]) return undefined;
    const account = await this.#reader.find(serviceaccounts, namespace, name);
    if (!account || account.metadata.deletionTimestamp || account.metadata.uid !== uid) return undefined;
    const groups = ["system:serviceaccounts", `system:serviceaccounts:${namespace}`];
    return { user: { name: `system:serviceaccount:${namespace}:${name}`, uid, groups }, audiences: [this.issuer] };
  }

  #isInTime({ exp, nbf }: JwtClaims): boolean {
    const now = this.#clock.now() / 1000;
    return (
      typeof exp === "number" && typeof nbf === "number" && now < exp + LEEWAY_SECONDS && now > nbf - LEEWAY_SECONDS
    );
  }

  async #exists(type: ResourceType, namespace: string, bound: BoundObject): Promise<boolean> {
    const object = await this.#reader.find(type, namespace, bound.name);
    if (object?.metadata.uid !== bound.uid || !object) return false;
    const { deletionTimestamp } = object.metadata;
    // What is being deleted still works for a while: it may need its token to finish.
    return !deletionTimestamp || Date.parse(deletionTimestamp) > this.#clock.now() - LEEWAY_SECONDS * 1000;
  }
}

function userOf(
  namespace: string,
  account: BoundObject,
  {
    pod,
    node,
    id,
  }: { readonly pod?: BoundObject | undefined; readonly node?: BoundObject | undefined; readonly id: string },
): UserInfo {
  const prefix = "authentication.kubernetes.io";
  return {
    name: `system:serviceaccount:${namespace}:${account.name}`,
    uid: account.uid,
    groups: ["system:serviceaccounts", `system:serviceaccounts:${namespace}`],
    extra: {
      [`${prefix}/credential-id`]: [`JTI=${id}`],
      ...(node ? { [`${prefix}/node-name`]: [node.name], [`${prefix}/node-uid`]: [node.uid ?? ""] } : {}),
      ...(pod ? { [`${prefix}/pod-name`]: [pod.name], [`${prefix}/pod-uid`]: [pod.uid ?? ""] } : {}),
    },
  };
}
