import { expect, test } from "bun:test";

import { creationProblems, updateProblems } from "../../testing/kind-checks.ts";

/** Wording and paths follow upstream's pkg/apis/certificates/validation. */
const PEM = btoa("-----BEGIN CERTIFICATE REQUEST-----\nMIIB\n-----END CERTIFICATE REQUEST-----\n");

const signingRequest = (spec: string, conditions = ""): string => `
apiVersion: certificates.k8s.io/v1
kind: CertificateSigningRequest
metadata: { name: jane }
spec: { request: ${PEM}, ${spec} }
status: { conditions: [${conditions}] }
`;

const ASKED = "signerName: example.com/jane, usages: [client auth]";
const CONDITION = (type: string, status = '"True"'): string => `{ type: ${type}, status: ${status} }`;

test("a certificate may be asked for", () => {
  expect(creationProblems(signingRequest(ASKED))).toEqual([]);
});

test("a request that is no request", () => {
  expect(creationProblems(signingRequest(ASKED).replace(PEM, "YWJj"))).toEqual([
    'spec.request: Invalid value: "YWJj": PEM block type must be CERTIFICATE REQUEST',
  ]);
});

test("a request with much wrong", () => {
  const spec = "signerName: kubernetes.io/legacy-unknown, usages: [any, any, other], expirationSeconds: 10";
  expect(creationProblems(signingRequest(spec))).toEqual([
    'spec.usages[2]: Unsupported value: "other": supported values: "any", "cert sign", "client auth", "code signing", "content commitment", "crl sign", "data encipherment", "decipher only", "digital signature", "email protection", "encipher only", "ipsec end system", "ipsec tunnel", "ipsec user", "key agreement", "key encipherment", "microsoft sgc", "netscape sgc", "ocsp signing", "s/mime", "server auth", "signing", "timestamping"',
    'spec.usages[1]: Duplicate value: "any"',
    'spec.signerName: Invalid value: "kubernetes.io/legacy-unknown": the legacy signerName is not allowed via this API version',
    "spec.expirationSeconds: Invalid value: 10: may not specify a duration less than 600 seconds (10 minutes)",
  ]);
});

test("a decision cannot be both", () => {
  const both = signingRequest(ASKED, `${CONDITION("Approved")}, ${CONDITION("Denied")}`);
  expect(updateProblems(signingRequest(ASKED, CONDITION("Approved")), both)).toEqual([
    'status.conditions: Invalid value: "Denied": Approved and Denied conditions are mutually exclusive',
  ]);
});

test("a decision stays, and is never unsure", () => {
  expect(updateProblems(signingRequest(ASKED, CONDITION("Approved")), signingRequest(ASKED))).toEqual([
    'status.conditions: Forbidden: updates may not remove a condition of type "Approved"',
  ]);
  expect(updateProblems(signingRequest(ASKED), signingRequest(ASKED, CONDITION("Denied", "Unknown")))).toEqual([
    'status.conditions[0].status: Unsupported value: "Unknown": supported values: "True"',
  ]);
});
