import { certificatesigningrequests, subjectaccessreviews } from "../../api/resources.ts";
import type { CertificateSigningRequest } from "../../api/types/certificates-v1.ts";
import type { Client } from "../../client/client.ts";
import type { Action } from "../actions.ts";
import { defineController, watch, type Controller, systemAccount } from "../controller.ts";
import { isDecided, requestPem } from "./certificate-request.ts";
import type { CertificateSigner } from "./certificate-signer.ts";
import { nodeClientProblem } from "./signers.ts";

interface ApprovalSnapshot {
  readonly csr: CertificateSigningRequest;
  readonly message: string;
}

const NODE_CLIENT_SIGNER = "kubernetes.io/kube-apiserver-client-kubelet";

/** Approves client certificates of nodes for whoever may have them: itself a new one, or a bootstrap token its first. */
export function certificateApprovalController(signer: CertificateSigner): Controller {
  return defineController({
    name: "csrapproving-controller",
    user: systemAccount("certificate-controller"),
    connect({ client, informers }) {
      const requests = informers.informer(certificatesigningrequests);
      return {
        watches: [watch(requests, ({ metadata }) => [metadata.name ?? ""])],
        async snapshot(key): Promise<ApprovalSnapshot | undefined> {
          const csr = requests.get(key);
          if (!csr || csr.spec.signerName !== NODE_CLIENT_SIGNER || csr.status?.certificate || isDecided(csr))
            return undefined;
          const requested = await signer.read(requestPem(csr));
          if (nodeClientProblem(requested, csr.spec.usages ?? []) !== undefined) return undefined;
          const isSelf = csr.spec.username === requested.commonName;
          if (isSelf && (await mayCreate(client, csr, "selfnodeclient"))) {
            return { csr, message: "Auto approving self kubelet client certificate after SubjectAccessReview." };
          }
          if (await mayCreate(client, csr, "nodeclient")) {
            return { csr, message: "Auto approving kubelet client certificate after SubjectAccessReview." };
          }
          return undefined;
        },
      };
    },
    reconcile: approvalActions,
  });
}

async function mayCreate(client: Client, { spec }: CertificateSigningRequest, subresource: string): Promise<boolean> {
  const review = await client.resource(subjectaccessreviews).create({
    apiVersion: "authorization.k8s.io/v1",
    kind: "SubjectAccessReview",
    metadata: {},
    spec: {
      user: spec.username,
      uid: spec.uid,
      groups: spec.groups,
      extra: spec.extra,
      resourceAttributes: {
        group: "certificates.k8s.io",
        version: "*",
        resource: "certificatesigningrequests",
        verb: "create",
        subresource,
      },
    },
  });
  return review.status?.allowed ?? false;
}

function approvalActions({ csr, message }: ApprovalSnapshot): readonly Action[] {
  const approval = { type: "Approved", status: "True", reason: "AutoApproved", message };
  const status = { ...csr.status, conditions: [...(csr.status?.conditions ?? []), approval] };
  const object: CertificateSigningRequest = { ...csr, status };
  return [{ do: "update", type: certificatesigningrequests, object, subresource: "approval" }];
}
