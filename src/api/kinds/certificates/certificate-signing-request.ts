import { humanDuration } from "../../duration-text.ts";
import type { WriteContext } from "../../kind.ts";
import type { Kind } from "../../kind.ts";
import { certificatesigningrequests } from "../../resources.ts";
import type { CertificateSigningRequest } from "../../types/certificates-v1.ts";
import { nameColumn, ageColumn, text } from "../columns.ts";
import { defineKind, selectable } from "../define-kind.ts";
import { prepareCertificateStatus } from "./certificate-status.ts";
import { validateCertificateRequest, validateCertificateStatus } from "./certificate-validation.ts";

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
  selectableFields: { ...selectable({ "spec.signerName": ({ spec }) => spec.signerName }), withoutNamespace: true },
  strategy: {
    prepareCreate: recordAuthor,
    prepareUpdate(draft, old) {
      draft.spec = structuredClone(old.spec);
    },
    validate: validateCertificateRequest,
    nameFormat: "path-segment",
  },
  subresources: [
    {
      name: "approval",
      kind: { group: "certificates.k8s.io", version: "v1", kind: "CertificateSigningRequest" },
      verbs: ["get", "patch", "update"],
    },
    { name: "status", prepareUpdate: prepareCertificateStatus, validateUpdate: validateCertificateStatus },
  ],
});

function conditionText({ status }: CertificateSigningRequest): string {
  const types = new Set(status?.conditions?.map(({ type }) => type));
  const decision = types.has("Denied") ? "Denied" : types.has("Approved") ? "Approved" : "Pending";
  return decision + (types.has("Failed") ? ",Failed" : "") + (status?.certificate ? ",Issued" : "");
}

/** Signers trust what the request says of who made it, so nobody may say it themselves. */
function recordAuthor(draft: CertificateSigningRequest, { user }: WriteContext): void {
  const { username: _1, uid: _2, groups: _3, extra: _4, ...asked } = draft.spec;
  draft.spec = {
    ...asked,
    username: user.name,
    ...(user.uid ? { uid: user.uid } : {}),
    ...(user.groups.length > 0 ? { groups: [...user.groups] } : {}),
    ...(user.extra ? { extra: structuredClone(user.extra) as Record<string, string[]> } : {}),
  };
}
