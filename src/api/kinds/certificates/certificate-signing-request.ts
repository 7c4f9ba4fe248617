import type { Kind } from "../../kind.ts";
import { certificatesigningrequests } from "../../resources.ts";
import type { CertificateSigningRequest } from "../../types/certificates-v1.ts";
import { defineKind, selectable } from "../define-kind.ts";

export const certificateSigningRequest: Kind<CertificateSigningRequest> = defineKind<CertificateSigningRequest>({
  type: certificatesigningrequests,
  shortNames: ["csr"],
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
