import { createHash, createPublicKey, sign, verify, type KeyObject } from "node:crypto";

/** JSON Web Tokens as far as we issue them ourselves: one key, RS256 or ES256 after its type. */

export type JwtClaims = Readonly<Record<string, unknown>>;

export interface JwtKey {
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
  readonly algorithm: "RS256" | "ES256";
  /** A fingerprint of the public key, by which verifiers find it. */
  readonly id: string;
}

export function jwtKey(privateKey: KeyObject): JwtKey {
  const publicKey = createPublicKey(privateKey);
  const der = publicKey.export({ type: "spki", format: "der" });
  return {
    privateKey,
    publicKey,
    algorithm: privateKey.asymmetricKeyType === "ec" ? "ES256" : "RS256",
    id: createHash("sha256").update(der).digest("base64url"),
  };
}

export function signJwt(claims: JwtClaims, key: JwtKey): string {
  const head = encoded({ alg: key.algorithm, kid: key.id });
  const content = `${head}.${encoded(claims)}`;
  const signature = sign("sha256", Buffer.from(content), { key: key.privateKey, dsaEncoding: "ieee-p1363" });
  return `${content}.${signature.toString("base64url")}`;
}

/** The claims of a token without a look at its signature, to see whose it is; undefined when it is no token at all. */
export function readJwt(token: string): JwtClaims | undefined {
  const [, claims = ""] = token.split(".");
  return decoded(claims);
}

/** The claims of a token that this key signed; undefined for any other. Says nothing about its time. */
export function verifyJwt(token: string, key: JwtKey): JwtClaims | undefined {
  const [head = "", claims = "", signature = "", ...rest] = token.split(".");
  // The algorithm is the key's, never the token's own choice.
  if (rest.length > 0 || decoded(head)?.["alg"] !== key.algorithm) return undefined;
  const isGenuine = verify(
    "sha256",
    Buffer.from(`${head}.${claims}`),
    { key: key.publicKey, dsaEncoding: "ieee-p1363" },
    Buffer.from(signature, "base64url"),
  );
  return isGenuine ? decoded(claims) : undefined;
}

/** The public half as others fetch it. */
export function jsonWebKey({ publicKey, algorithm, id }: JwtKey): Readonly<Record<string, unknown>> {
  return { ...publicKey.export({ format: "jwk" }), use: "sig", kid: id, alg: algorithm };
}

const encoded = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");

function decoded(part: string): JwtClaims | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, "base64url").toString("utf8"));
    return typeof value === "object" && value !== null ? (value as JwtClaims) : undefined;
  } catch {
    return undefined;
  }
}
