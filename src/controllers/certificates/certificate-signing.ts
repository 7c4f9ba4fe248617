import { certificatesigningrequests } from "../../api/resources.ts";
import type { CertificateSigningRequest } from "../../api/types/certificates-v1.ts";
import { timestamp } from "../../lib/time/clock.ts";
import { updateStatus, type Action } from "../actions.ts";
import { defineController, watch, type Controller, systemAccount } from "../controller.ts";
import { requestPem } from "./certificate-request.ts";
import type { CertificateSigner } from "./certificate-signer.ts";
import { SIGNERS } from "./signers.ts";

interface SigningSnapshot {
  readonly csr: CertificateSigningRequest;
  readonly outcome: { readonly certificatePem: string } | { readonly problem: string };
}

const MINUTE_MS = 60_000;
/** Clocks of others may be behind. */
const BACKDATE_MS = 5 * MINUTE_MS;
const SHORTEST_MS = 10 * MINUTE_MS;
const LONGEST_MS = 365 * 24 * 60 * MINUTE_MS;
/** A certificate that lives for less lasts as long as was asked; others lose at their end what they gained at their beginning. */
const SHORT_MS = 8 * 60 * MINUTE_MS;

/** Issues the certificates that were approved, for the signers of Kubernetes itself. */
export function certificateSigningController(signer: CertificateSigner): Controller {
  return defineController({
    name: "csrsigning-controller",
    user: systemAccount("certificate-controller"),
    connect({ informers, clock }) {
      const requests = informers.informer(certificatesigningrequests);
      return {
        watches: [watch(requests, ({ metadata }) => [metadata.name ?? ""])],
        async snapshot(key): Promise<SigningSnapshot | undefined> {
          const csr = requests.get(key);
          const check = csr && SIGNERS.get(csr.spec.signerName);
          if (!check || !waitsForCertificate(csr)) return undefined;
          const pem = requestPem(csr);
          const { usages = [], expirationSeconds } = csr.spec;
          const problem = check(await signer.read(pem), usages);
          if (problem !== undefined) return { csr, outcome: { problem } };
          const certificatePem = await signer.sign({
            requestPem: pem,
            usages,
            ...validity(clock.now(), expirationSeconds),
          });
          return { csr, outcome: { certificatePem } };
        },
      };
    },
    reconcile: signingActions,
  });
}

function waitsForCertificate({ status }: CertificateSigningRequest): boolean {
  const has = (type: string): boolean =>
    status?.conditions?.some((each) => each.type === type && each.status === "True") ?? false;
  return !status?.certificate && has("Approved") && !has("Denied") && !has("Failed");
}

function validity(now: number, expirationSeconds: number | undefined): { notBefore: number; notAfter: number } {
  const wantedMs = expirationSeconds === undefined ? LONGEST_MS : expirationSeconds * 1000;
  const lifetimeMs = Math.min(LONGEST_MS, Math.max(SHORTEST_MS, wantedMs));
  const notAfter = now + lifetimeMs - (lifetimeMs < SHORT_MS ? 0 : BACKDATE_MS);
  return { notBefore: now - BACKDATE_MS, notAfter };
}

function signingActions({ csr, outcome }: SigningSnapshot, nowMs: number): readonly Action[] {
  const { conditions = [], ...status } = csr.status ?? {};
  if ("certificatePem" in outcome) {
    const certificate = Buffer.from(outcome.certificatePem).toString("base64");
    return [updateStatus(certificatesigningrequests, withStatus(csr, { ...status, conditions, certificate }))];
  }
  const failure = {
    type: "Failed",
    status: "True",
    reason: "SignerValidationFailure",
    message: outcome.problem,
    lastUpdateTime: timestamp(nowMs),
  };
  return [
    updateStatus(certificatesigningrequests, withStatus(csr, { ...status, conditions: [...conditions, failure] })),
  ];
}

const withStatus = (
  csr: CertificateSigningRequest,
  status: NonNullable<CertificateSigningRequest["status"]>,
): CertificateSigningRequest => ({ ...csr, status });
