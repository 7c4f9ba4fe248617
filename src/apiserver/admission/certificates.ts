/** Who may approve and sign certificates, and which ones nobody may ask for (plugin/pkg/admission/certificates). */
import { certificatesigningrequests } from "../../api/resources.ts";
import { semanticEqual } from "../../api/semantic-equal.ts";
import type { CertificateSigningRequest } from "../../api/types/certificates-v1.ts";
import { subjectOfRequest } from "../../lib/certificate-subject.ts";
import type { Authorizer } from "../auth/authorizer.ts";
import { MASTERS_GROUP, type UserInfo } from "../auth/user-info.ts";
import type { AdmissionPlugin } from "./admission.ts";
import { isFor, refused } from "./refusal.ts";

const CLIENT_SIGNER = "kubernetes.io/kube-apiserver-client";

export const certificateApproval = (authorizer: Authorizer): AdmissionPlugin => ({
  name: "CertificateApproval",
  async validate(request) {
    if (request.operation !== "UPDATE" || !isFor(request, certificatesigningrequests, "approval")) return;
    const signer = (request.oldObject as CertificateSigningRequest).spec.signerName;
    if (await maySign(authorizer, request.user, "approve", signer)) return;
    throw refused(request, `user not permitted to approve requests with signerName ${JSON.stringify(signer)}`);
  },
});

export const certificateSigning = (authorizer: Authorizer): AdmissionPlugin => ({
  name: "CertificateSigning",
  async validate(request) {
    if (request.operation !== "UPDATE" || !isFor(request, certificatesigningrequests, "status")) return;
    const { spec, status: old = {} } = request.oldObject as CertificateSigningRequest;
    const { status = {} } = request.object as CertificateSigningRequest;
    const isSame = old.certificate === status.certificate && semanticEqual(old.conditions, status.conditions);
    if (isSame || (await maySign(authorizer, request.user, "sign", spec.signerName))) return;
    throw refused(request, `user not permitted to sign requests with signerName ${JSON.stringify(spec.signerName)}`);
  },
});

export const certificateSubjectRestriction: AdmissionPlugin = {
  name: "CertificateSubjectRestriction",
  validate(request) {
    if (request.operation !== "CREATE" || !isFor(request, certificatesigningrequests)) return;
    const { spec } = request.object as CertificateSigningRequest;
    if (spec.signerName !== CLIENT_SIGNER) return;
    const subject = subjectOfRequest(spec.request);
    if (!subject) throw refused(request, "failed to parse CSR: PEM block type must be CERTIFICATE REQUEST");
    if (subject.organizations.includes(MASTERS_GROUP)) {
      throw refused(request, `use of ${CLIENT_SIGNER} signer with ${MASTERS_GROUP} group is not allowed`);
    }
  },
};

/** Of one signer, or of all signers of its domain. */
async function maySign(authorizer: Authorizer, user: UserInfo, verb: string, signer: string): Promise<boolean> {
  const attributes = {
    type: "resource" as const,
    user,
    verb,
    group: "certificates.k8s.io",
    version: "*",
    resource: "signers",
    subresource: "",
    namespace: "",
  };
  const own = await authorizer.authorize({ ...attributes, name: signer });
  if (own.allowed) return true;
  const domain = signer.split("/")[0] ?? "";
  return (await authorizer.authorize({ ...attributes, name: `${domain}/*` })).allowed;
}
