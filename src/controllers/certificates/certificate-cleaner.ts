import { certificatesigningrequests } from "../../api/resources.ts";
import type { CertificateSigningRequest } from "../../api/types/certificates-v1.ts";
import type { Action } from "../actions.ts";
import { defineController, watch, type Controller, systemAccount } from "../controller.ts";
import type { CertificateSigner } from "./certificate-signer.ts";

interface CleaningSnapshot {
  readonly csr: CertificateSigningRequest;
  /** When the certificate runs out; undefined: there is none. */
  readonly certificateExpiry: number | undefined;
}

const HOUR_MS = 3_600_000;
const DECIDED_MS = HOUR_MS;
const PENDING_MS = 24 * HOUR_MS;

/** Removes requests that nobody will look at any more. */
export function certificateCleaner(signer: CertificateSigner): Controller {
  return defineController({
    name: "csrcleaner-controller",
    user: systemAccount("certificate-controller"),
    connect({ informers }) {
      const requests = informers.informer(certificatesigningrequests);
      return {
        watches: [watch(requests, ({ metadata }) => [metadata.name ?? ""])],
        async snapshot(key): Promise<CleaningSnapshot | undefined> {
          const csr = requests.get(key);
          if (!csr) return undefined;
          const { certificate } = csr.status ?? {};
          const pem = certificate ? Buffer.from(certificate, "base64").toString() : undefined;
          // Other signers may put there what is no certificate.
          const certificateExpiry = pem && (await signer.expiryOf(pem).catch(() => undefined));
          return { csr, certificateExpiry: certificateExpiry || undefined };
        },
      };
    },
    reconcile: cleaningActions,
  });
}

function cleaningActions({ csr, certificateExpiry }: CleaningSnapshot, nowMs: number): readonly Action[] {
  const dueAt = Math.min(...deadlines(csr, certificateExpiry));
  if (dueAt === Infinity) return [];
  if (dueAt > nowMs) return [{ do: "lookAgain", afterMs: dueAt - nowMs }];
  return [{ do: "delete", type: certificatesigningrequests, object: csr }];
}

function deadlines({ metadata, status }: CertificateSigningRequest, certificateExpiry: number | undefined): number[] {
  const { conditions = [], certificate } = status ?? {};
  if (conditions.length === 0) return [Date.parse(metadata.creationTimestamp ?? "") + PENDING_MS];
  return conditions.flatMap(({ type, lastUpdateTime }) => {
    const since = lastUpdateTime ? Date.parse(lastUpdateTime) : Infinity;
    if (type === "Denied" || type === "Failed") return [since + DECIDED_MS];
    if (type !== "Approved") return [];
    return certificate ? [since + DECIDED_MS, certificateExpiry ?? Infinity] : [since + PENDING_MS];
  });
}
