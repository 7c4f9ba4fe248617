import { humanDuration } from "../../duration-text.ts";
import type { Kind } from "../../kind.ts";
import { certificatesigningrequests } from "../../resources.ts";
import type { CertificateSigningRequest } from "../../types/certificates-v1.ts";
import { nameColumn, ageColumn, text } from "../columns.ts";
import { defineKind, selectable } from "../define-kind.ts";

export const certificateSigningRequest: Kind<CertificateSigningRequest> = defineKind<CertificateSigningRequest>({
  type: certificatesigningrequests,
  shortNames: ["csr"],
  columns: [
    nameColumn,
    ageColumn,
    text("SignerName", ({ spec }) => spec.signerName || "<none>"),
    text("Requestor", ({ spec }) => spec.username ?? ""),
    text("RequestedDuration", ({ spec }) =>
      spec.expirationSeconds === undefined ? "<none>" : humanDuration(spec.expirationSeconds * 1000),
    ),
    text("Condition", conditionText),
  ],
  selectableFields: selectable({ "spec.signerName": ({ spec }) => spec.signerName }),
  strategy: {
    nameFormat: "path-segment",
  },
  subresources: [
    {
      name: "approval",
      kind: { group: "certificates.k8s.io", version: "v1", kind: "CertificateSigningRequest" },
      verbs: ["get", "patch", "update"],
    },
    { name: "status" },
  ],
});

function conditionText({ status }: CertificateSigningRequest): string {
  const types = new Set(status?.conditions?.map(({ type }) => type));
  const decision = types.has("Denied") ? "Denied" : types.has("Approved") ? "Approved" : "Pending";
  return decision + (types.has("Failed") ? ",Failed" : "") + (status?.certificate ? ",Issued" : "");
}
