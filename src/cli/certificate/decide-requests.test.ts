// oxlint-disable-next-line import/no-unassigned-import -- x509 finds it when it is loaded
import "reflect-metadata";
import { expect, test } from "bun:test";

import { Pkcs10CertificateRequestGenerator } from "@peculiar/x509";

import { certificatesigningrequests } from "../../api/resources.ts";
import { startTestApiServer } from "../../testing/test-api-server.ts";
import { captureRun } from "../captured-run.ts";

const REQUEST = await csr();

async function csr(): Promise<string> {
  const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
  const keys = await crypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
  const request = await Pkcs10CertificateRequestGenerator.create({ name: "CN=ann", keys, signingAlgorithm: algorithm });
  return Buffer.from(`${request.toString("pem")}\n`).toString("base64");
}

test("certificate approve and deny decide once", async () => {
  await using api = await startTestApiServer({ https: true });
  for (const name of ["one", "two"])
    await api.client.resource(certificatesigningrequests).create({
      apiVersion: "certificates.k8s.io/v1",
      kind: "CertificateSigningRequest",
      metadata: { name },
      spec: { request: REQUEST, signerName: "example.com/users", usages: ["client auth"] },
    });
  const kube = async (...args: string[]) => await captureRun(args, api.connection);
  const approved = "certificatesigningrequest.certificates.k8s.io/one approved\n";
  expect((await kube("certificate", "approve", "one")).stdout).toBe(approved);
  expect((await kube("certificate", "approve", "one")).stdout).toBe(approved);
  expect(await kube("certificate", "deny", "two", "one")).toEqual({
    stdout: "certificatesigningrequest.certificates.k8s.io/two denied\n",
    stderr: 'error: certificate signing request "one" is already Approved\n',
    exitCode: 1,
  });
  expect((await kube("certificate", "approve", "nope")).stderr).toContain('"nope" not found');
  const conditions = await kube("get", "csr", "-o", "jsonpath={.items[*].status.conditions[*].reason}");
  expect(conditions.stdout).toBe("KubectlApprove KubectlDeny");
});
