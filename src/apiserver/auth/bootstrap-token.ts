import { timingSafeEqual } from "node:crypto";

import { secrets } from "../../api/resources.ts";
import type { Secret } from "../../api/types/core-v1.ts";
import type { Clock } from "../../lib/time/clock.ts";
import type { ObjectReader } from "../objects/object-reader.ts";
import { bearerToken, type Authenticator } from "./authenticator.ts";
import type { UserInfo } from "./user-info.ts";

const TOKEN = /^([a-z0-9]{6})\.([a-z0-9]{16})$/;
const GROUP = /^system:bootstrappers:[a-z0-9:-]{0,255}[a-z0-9]$/;
const DEFAULT_GROUP = "system:bootstrappers";

/** Tokens by which nodes join: each is a Secret in kube-system that says what it is good for and until when. */
export function bootstrapTokenAuthenticator(reader: ObjectReader, clock: Clock): Authenticator {
  return {
    authenticate({ headers }) {
      const [, id, secret] = TOKEN.exec(bearerToken(headers) ?? "") ?? [];
      if (id === undefined || secret === undefined) return undefined;
      return reader
        .find(secrets, "kube-system", `bootstrap-token-${id}`)
        .then((found) => (found ? userOf(found, id, secret, clock.now()) : undefined) ?? "rejected");
    },
  };
}

function userOf({ metadata, type, data = {} }: Secret, id: string, secret: string, now: number): UserInfo | undefined {
  const text = (key: string): string => Buffer.from(data[key] ?? "", "base64").toString();
  if (metadata.deletionTimestamp || type !== "bootstrap.kubernetes.io/token") return undefined;
  if (text("token-id") !== id || !isSame(text("token-secret"), secret)) return undefined;
  if (text("usage-bootstrap-authentication") !== "true") return undefined;
  const expiration = text("expiration");
  if (expiration !== "" && !(Date.parse(expiration) > now)) return undefined;
  const extra = text("auth-extra-groups")
    .split(",")
    .filter((group) => group !== "");
  // One wrong group makes the whole token worthless.
  if (!extra.every((group) => GROUP.test(group))) return undefined;
  return { name: `system:bootstrap:${id}`, groups: [DEFAULT_GROUP, ...extra] };
}

const isSame = (a: string, b: string): boolean =>
  a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));
