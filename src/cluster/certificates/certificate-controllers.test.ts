import { expect, test } from "bun:test";

// oxlint-disable-next-line import/no-unassigned-import -- imported for what it does
import "reflect-metadata";
import { X509Certificate } from "node:crypto";

import * as x509 from "@peculiar/x509";

import { certificatesigningrequests, clusterrolebindings } from "../../api/resources.ts";
import type { CertificateSigningRequest } from "../../api/types/certificates-v1.ts";
import { certificateApprovalController } from "../../controllers/certificates/certificate-approval.ts";
import { certificateCleaner } from "../../controllers/certificates/certificate-cleaner.ts";
import { certificateSigningController } from "../../controllers/certificates/certificate-signing.ts";
import { FakeClock } from "../../lib/time/fake-clock.ts";
import { startTestControllers } from "../../testing/test-controllers.ts";
import { createAuthority } from "./certificate-authority.ts";
import { certificateSigner } from "./certificate-signer.ts";

const HOUR_MS = 3_600_000;

async function newSigner(now = Date.now()) {
  const authority = await createAuthority("test", {
    notBefore: new Date(now - HOUR_MS),
    notAfter: new Date(now + 10_000 * HOUR_MS),
  });
  return { authority, signer: certificateSigner(authority) };
}

async function requestFor(name: string, names: x509.JsonGeneralNames = []): Promise<string> {
  const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
  const keys = await crypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
  const request = await x509.Pkcs10CertificateRequestGenerator.create({
    name,
    keys,
    signingAlgorithm: algorithm,
    extensions: names.length > 0 ? [new x509.SubjectAlternativeNameExtension(names)] : [],
  });
  return request.toString("pem");
}

const csrOf = (
  name: string,
  pem: string,
  spec: Partial<CertificateSigningRequest["spec"]>,
): CertificateSigningRequest => ({
  apiVersion: "certificates.k8s.io/v1",
  kind: "CertificateSigningRequest",
  metadata: { name },
  spec: {
    request: Buffer.from(pem).toString("base64"),
    signerName: "kubernetes.io/kube-apiserver-client",
    usages: ["client auth", "digital signature"],
    ...spec,
  },
});

const approved = { type: "Approved", status: "True", reason: "Test", message: "" };

test("An approved request gets a certificate for what it asked, signed by the authority", async () => {
  const { authority, signer } = await newSigner();
  await using controllers = await startTestControllers([certificateSigningController(signer)]);
  const csrs = controllers.client.resource(certificatesigningrequests);
  const pem = await requestFor("CN=jane,O=developers", [{ type: "dns", value: "jane.example" }]);
  const made = await csrs.create(csrOf("jane", pem, { expirationSeconds: 3600 }));
  await csrs.update({ ...made, status: { conditions: [approved] } }, { subresource: "approval" });
  const certificate = await controllers.eventually(certificatesigningrequests, (all) => all[0]?.status?.certificate);
  const issued = new X509Certificate(Buffer.from(certificate, "base64"));
  expect(issued.subject.split("\n").toSorted()).toEqual(["CN=jane", "O=developers"]);
  expect(issued.subjectAltName).toBe("DNS:jane.example");
  expect(issued.verify(createPublicKeyOf(authority.certificate))).toBeTrue();
  const hours = (Date.parse(issued.validTo) - Date.now()) / HOUR_MS;
  expect(hours).toBeWithin(0.95, 1.01);
});

const createPublicKeyOf = (pem: string) => new X509Certificate(pem).publicKey;

test("A certificate without key usages has no extension for them, which would make it invalid", async () => {
  const { signer } = await newSigner();
  const requestPem = await requestFor("CN=jane");
  const bounds = { notBefore: Date.now(), notAfter: Date.now() + HOUR_MS };
  const types = async (usages: readonly string[]) => {
    const issued = new x509.X509Certificate(await signer.sign({ requestPem, usages, ...bounds }));
    return issued.extensions.map(({ type }) => type);
  };
  const KEY_USAGE = "2.5.29.15";
  expect(await types(["client auth"])).not.toContain(KEY_USAGE);
  expect(await types(["client auth", "digital signature"])).toContain(KEY_USAGE);
});

test("A request that its signer does not take fails, and says why", async () => {
  const { signer } = await newSigner();
  await using controllers = await startTestControllers([certificateSigningController(signer)]);
  const csrs = controllers.client.resource(certificatesigningrequests);
  const made = await csrs.create(
    csrOf("odd", await requestFor("CN=jane"), { signerName: "kubernetes.io/kubelet-serving", usages: ["server auth"] }),
  );
  await csrs.update({ ...made, status: { conditions: [approved] } }, { subresource: "approval" });
  const failure = await controllers.eventually(certificatesigningrequests, (all) =>
    all[0]?.status?.conditions?.find(({ type }) => type === "Failed"),
  );
  expect(failure).toMatchObject({
    status: "True",
    reason: "SignerValidationFailure",
    message: "subject organization is not system:nodes",
  });
});

test("The client certificate of a node is approved by itself, a user's is not", async () => {
  const { signer } = await newSigner();
  await using controllers = await startTestControllers([certificateApprovalController(signer)]);
  const node = await requestFor("O=system:nodes,CN=system:node:n1");
  const nodeSigner = "kubernetes.io/kube-apiserver-client-kubelet";
  // As installers of Kubernetes do.
  await controllers.client.resource(clusterrolebindings).create({
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "ClusterRoleBinding",
    metadata: { name: "rotation" },
    roleRef: {
      apiGroup: "rbac.authorization.k8s.io",
      kind: "ClusterRole",
      name: "system:certificates.k8s.io:certificatesigningrequests:selfnodeclient",
    },
    subjects: [{ apiGroup: "rbac.authorization.k8s.io", kind: "Group", name: "system:nodes" }],
  });
  const asNode = controllers.api.clientOf("system:node:n1", ["system:nodes", "system:authenticated"]);
  await asNode.resource(certificatesigningrequests).create(csrOf("user", await requestFor("CN=jane"), {}));
  await asNode.resource(certificatesigningrequests).create(csrOf("node", node, { signerName: nodeSigner }));
  const all = await controllers.eventually(certificatesigningrequests, (list) =>
    list.some(({ status }) => status?.conditions?.length) ? list : undefined,
  );
  const conditions = Object.fromEntries(all.map(({ metadata, status }) => [metadata.name, status?.conditions ?? []]));
  expect(conditions["user"]).toEqual([]);
  expect(conditions["node"]).toMatchObject([
    {
      type: "Approved",
      reason: "AutoApproved",
      message: "Auto approving self kubelet client certificate after SubjectAccessReview.",
    },
  ]);
});

test("Requests go when nobody will look at them any more", async () => {
  const clock = new FakeClock();
  const { signer } = await newSigner(clock.now());
  await using controllers = await startTestControllers([certificateCleaner(signer)], { clock });
  const csrs = controllers.client.resource(certificatesigningrequests);
  await csrs.create(csrOf("pending", await requestFor("CN=a"), {}));
  const denied = await csrs.create(csrOf("denied", await requestFor("CN=b"), {}));
  await csrs.update(
    { ...denied, status: { conditions: [{ ...approved, type: "Denied" }] } },
    { subresource: "approval" },
  );
  const names = async (wanted: string[]) =>
    await controllers.eventually(certificatesigningrequests, (all) => {
      const found = all.map(({ metadata }) => metadata.name ?? "").toSorted((a, b) => (a < b ? -1 : 1));
      return found.join() === wanted.join();
    });
  await names(["denied", "pending"]);
  while ((await csrs.list()).items.length === 2) {
    clock.advance(HOUR_MS / 4);
    await Bun.sleep(1);
  }
  await names(["pending"]);
  while ((await csrs.list()).items.length === 1) {
    clock.advance(HOUR_MS);
    await Bun.sleep(1);
  }
});
