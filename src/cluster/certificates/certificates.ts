import { createPrivateKey, X509Certificate } from "node:crypto";
import { chmod, rename } from "node:fs/promises";
import { join } from "node:path";

import type { Clock } from "../../lib/time/clock.ts";
import { UserError } from "../../lib/user-error.ts";
import type { KeyAndCertificate } from "./certificate-authority.ts";

/**
 * The keys of a cluster, in its `pki` folder. The authority lasts ten years; what it signs lasts one, and is signed anew at a start
 * within its last ninety days, or when the names it must carry have changed. Nothing else is ever thrown away for it.
 */
export interface ClusterCertificates {
  /** PEM. */
  readonly ca: string;
  readonly authority: KeyAndCertificate;
  readonly server: KeyAndCertificate;
  readonly admin: KeyAndCertificate;
  /** For servers that speak for their users; an authority of its own, because whoever it signed may say that he is anybody. */
  readonly frontProxy: { readonly ca: string; readonly client: KeyAndCertificate };
  /** PEM, PKCS #8: signs service account tokens. */
  readonly serviceAccountKey: string;
}

/** Makes certificates for web servers, from an authority of their own: who trusts it need not trust the cluster's. */
export type CertificateIssuer = (host: string) => Promise<KeyAndCertificate>;

export function localIssuer(folder: string, clock: Clock): CertificateIssuer {
  let authority: Promise<KeyAndCertificate> | undefined;
  return async (host) => {
    const { signLeaf } = await import("./certificate-authority.ts");
    authority ??= loadAuthority(folder, "ingress-ca", clock);
    return await signLeaf(await authority, {
      commonName: host,
      organizations: [],
      usage: "server",
      hosts: host === "localhost" ? ["localhost", "127.0.0.1"] : [host],
      ...validity(clock, LEAF_DAYS),
    });
  };
}

export interface CertificateNames {
  /** Host names and addresses by which clients reach the API server. */
  readonly hosts: readonly string[];
}

const DAY_MS = 24 * 3600 * 1000;
const RENEW_BEFORE_MS = 90 * DAY_MS;
const LEAF_DAYS = 365;
const AUTHORITY_DAYS = 3650;

export async function loadCertificates(
  folder: string,
  names: CertificateNames,
  clock: Clock,
): Promise<ClusterCertificates> {
  const authority = await loadAuthority(folder, "ca", clock);
  const server = await loadLeaf(folder, "apiserver", authority, clock, (leaf) => hasHosts(leaf, names.hosts), {
    commonName: "kube-apiserver",
    organizations: [],
    usage: "server",
    hosts: names.hosts,
  });
  const admin = await loadLeaf(folder, "admin", authority, clock, () => true, {
    commonName: "kubernetes-admin",
    organizations: ["system:masters"],
    usage: "client",
    hosts: [],
  });
  const frontProxyAuthority = await loadAuthority(folder, "front-proxy-ca", clock);
  const frontProxyClient = await loadLeaf(folder, "front-proxy-client", frontProxyAuthority, clock, () => true, {
    commonName: FRONT_PROXY_CLIENT,
    organizations: [],
    usage: "client",
    hosts: [],
  });
  return {
    ca: authority.certificate,
    authority,
    server,
    admin,
    frontProxy: { ca: frontProxyAuthority.certificate, client: frontProxyClient },
    serviceAccountKey: await loadServiceAccountKey(folder),
  };
}

/** As whom the front proxy's certificate names it. */
export const FRONT_PROXY_CLIENT = "front-proxy-client";

/** What authorities are called in their certificates, by the names of their files. */
const AUTHORITIES = { ca: "kube", "ingress-ca": "kube-ingress", "front-proxy-ca": "front-proxy" } as const;

async function loadAuthority(folder: string, name: keyof typeof AUTHORITIES, clock: Clock): Promise<KeyAndCertificate> {
  const present = await readPair(folder, name);
  if (present) return present;
  const { createAuthority } = await import("./certificate-authority.ts");
  return await writePair(folder, name, await createAuthority(AUTHORITIES[name], validity(clock, AUTHORITY_DAYS)));
}

async function loadLeaf(
  folder: string,
  name: string,
  authority: KeyAndCertificate,
  clock: Clock,
  fits: (leaf: X509Certificate) => boolean,
  subject: {
    commonName: string;
    organizations: readonly string[];
    usage: "server" | "client";
    hosts: readonly string[];
  },
): Promise<KeyAndCertificate> {
  const present = await readPair(folder, name);
  if (present && isFresh(present, authority, clock) && fits(new X509Certificate(present.certificate))) return present;
  const { signLeaf } = await import("./certificate-authority.ts");
  return await writePair(folder, name, await signLeaf(authority, { ...subject, ...validity(clock, LEAF_DAYS) }));
}

function isFresh(pair: KeyAndCertificate, authority: KeyAndCertificate, clock: Clock): boolean {
  const leaf = new X509Certificate(pair.certificate);
  return (
    leaf.checkIssued(new X509Certificate(authority.certificate)) &&
    Date.parse(leaf.validTo) - clock.now() > RENEW_BEFORE_MS
  );
}

function hasHosts(leaf: X509Certificate, hosts: readonly string[]): boolean {
  const present = new Set(
    (leaf.subjectAltName ?? "").split(", ").map((each) => each.replace(/^(DNS|IP Address):/, "")),
  );
  return hosts.every((host) => present.has(host) || host.includes(":"));
}

/** A day back, so that a clock that was set back a little still accepts them. */
const validity = (clock: Clock, days: number): { notBefore: Date; notAfter: Date } => ({
  notBefore: new Date(clock.now() - DAY_MS),
  notAfter: new Date(clock.now() + days * DAY_MS),
});

async function loadServiceAccountKey(folder: string): Promise<string> {
  const path = join(folder, "service-accounts.key");
  if (await Bun.file(path).exists()) return await Bun.file(path).text();
  const { createSigningKey } = await import("./certificate-authority.ts");
  const key = await createSigningKey();
  await writePrivate(path, key);
  return key;
}

async function readPair(folder: string, name: string): Promise<KeyAndCertificate | undefined> {
  const [key, certificate] = [Bun.file(join(folder, `${name}.key`)), Bun.file(join(folder, `${name}.crt`))];
  if (!(await key.exists()) || !(await certificate.exists())) return undefined;
  const pair = { key: await key.text(), certificate: await certificate.text() };
  checkPair(folder, name, pair);
  return pair;
}

function checkPair(folder: string, name: string, { key, certificate }: KeyAndCertificate): void {
  try {
    if (new X509Certificate(certificate).checkPrivateKey(createPrivateKey(key))) return;
  } catch (cause) {
    throw unusable(`Cannot read ${join(folder, name)}.crt and its key: they are damaged`, folder, cause);
  }
  throw unusable(`Cannot use ${join(folder, name)}.crt: ${name}.key belongs to another certificate`, folder);
}

const unusable = (message: string, folder: string, cause?: unknown): UserError =>
  new UserError(message, {
    hint: `Restore ${folder} from a backup, or remove it: new keys are then made, and objects are kept`,
    cause,
  });

/** The key first: a certificate without its key would be taken for complete. */
async function writePair(folder: string, name: string, pair: KeyAndCertificate): Promise<KeyAndCertificate> {
  await writePrivate(join(folder, `${name}.key`), pair.key);
  await writePrivate(join(folder, `${name}.crt`), pair.certificate);
  return pair;
}

async function writePrivate(path: string, text: string): Promise<void> {
  await Bun.write(`${path}.new`, text, { mode: 0o600 });
  await chmod(`${path}.new`, 0o600);
  await rename(`${path}.new`, path);
}
