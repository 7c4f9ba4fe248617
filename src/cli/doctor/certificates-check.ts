import { X509Certificate } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

import { contextName } from "../../cluster/access/kubeconfig.ts";
import { UserError } from "../../lib/user-error.ts";
import { type KubeconfigUser, loadKubeconfig } from "../kubeconfig/kubeconfig.ts";
import { type Check, failure, type Finding, ok, skipped, warning } from "./check.ts";
import type { Patient } from "./patient.ts";

export const certificatesCheck: Check = {
  name: "certificates",
  timeoutMs: 5000,
  async probe(patient) {
    const certificates = [...(await ofCluster(patient)), ...(await ofKubeconfig(patient))];
    return certificatesFinding(certificates, patient.clock.now());
  },
};

export interface NamedCertificate {
  /** Where it is. */
  readonly name: string;
  readonly pem: string;
  /** What puts another in its place. */
  readonly mend: string;
}

async function ofCluster({ directory }: Patient): Promise<readonly NamedCertificate[]> {
  const files = await readdir(directory.pki).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    throw new UserError(`Cannot read ${directory.pki}: ${error.message}`, { hint: "Make the folder yours" });
  });
  const name = directory.cluster;
  const renewal = `kube stop --name ${name} && kube start --name ${name}`;
  return await Promise.all(
    files
      .filter((file) => file.endsWith(".crt"))
      .toSorted()
      .map(async (file) => ({
        name: join(directory.pki, file),
        pem: await readFile(join(directory.pki, file), "utf8"),
        // A start signs anew what an authority signed, and makes an authority only where there is none.
        mend: file.endsWith("ca.crt")
          ? `kube stop --name ${name} && rm -r ${directory.pki} && kube start --name ${name}`
          : renewal,
      })),
  );
}

/** The client's of the cluster's context; nothing where that has another way to say who it is. */
async function ofKubeconfig({ env, directory }: Patient): Promise<readonly NamedCertificate[]> {
  const context = contextName(directory.cluster);
  const kubeconfig = await loadKubeconfig("", env).catch((error: unknown) => {
    // The check of the kubeconfig says so.
    if (error instanceof UserError) return undefined;
    throw error;
  });
  const user = kubeconfig?.users.get(kubeconfig.contexts.get(context)?.user ?? "");
  const pem = await clientCertificate(user);
  return pem === undefined
    ? []
    : [{ name: `the kubeconfig's of ${context}`, pem, mend: `kube update-context --name ${directory.cluster}` }];
}

async function clientCertificate(user: KubeconfigUser | undefined): Promise<string | undefined> {
  const encoded = user?.["client-certificate-data"];
  if (encoded) return Buffer.from(encoded, "base64").toString("utf8");
  const path = user?.["client-certificate"];
  return path ? await readFile(path, "utf8").catch(() => undefined) : undefined;
}

const DAY_MS = 24 * 3600 * 1000;
/** Servers renew theirs ninety days before the end: what has less than this was not renewed. */
const SOON_MS = 30 * DAY_MS;

export function certificatesFinding(certificates: readonly NamedCertificate[], now: number): Finding {
  const dated: { name: string; mend: string; from: number; to: number }[] = [];
  for (const { name, pem, mend } of certificates) {
    const certificate = parsed(pem);
    if (!certificate) return failure(`The certificate ${name} cannot be read`, mend);
    dated.push({ name, mend, from: Date.parse(certificate.validFrom), to: Date.parse(certificate.validTo) });
  }
  const first = dated.toSorted((a, b) => a.to - b.to)[0];
  if (!first) return skipped("There is no cluster of that name yet, and no certificate");
  const day = (ms: number): string => new Date(ms).toISOString().slice(0, 10);
  if (first.to <= now) return failure(`The certificate ${first.name} ended on ${day(first.to)}`, first.mend);
  const early = dated.find(({ from }) => from > now);
  if (early)
    return failure(
      `The certificate ${early.name} is valid from ${day(early.from)} only: this machine's clock says ${day(now)}`,
      "sudo timedatectl set-ntp true",
    );
  if (first.to - now < SOON_MS) return warning(`The certificate ${first.name} ends on ${day(first.to)}`, first.mend);
  return ok(`${dated.length} certificates are valid, the first of them until ${day(first.to)}`);
}

function parsed(pem: string): X509Certificate | undefined {
  try {
    return new X509Certificate(pem);
  } catch {
    // Not a certificate, whatever else it is.
    return undefined;
  }
}
