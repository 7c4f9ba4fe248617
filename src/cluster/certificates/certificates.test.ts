import { expect, test } from "bun:test";
import { X509Certificate } from "node:crypto";
import { copyFile, mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { FakeClock } from "../../lib/time/fake-clock.ts";
import { loadCertificates } from "./certificates.ts";

const NOW = Date.parse("2026-11-21T09:00:00Z");
const YEAR_MS = 365 * 24 * 3600 * 1000;
const names = { hosts: ["localhost", "127.0.0.1", "kubernetes.default.svc"] };
const temporaryFolder = async () => await mkdtemp(join(tmpdir(), "kube-pki-"));

test("loadCertificates makes a chain that clients accept", async () => {
  const { ca, server, admin } = await loadCertificates(await temporaryFolder(), names, new FakeClock(NOW));
  const authority = new X509Certificate(ca);
  const leaf = new X509Certificate(server.certificate);
  expect(leaf.verify(authority.publicKey)).toBe(true);
  expect(leaf.checkHost("kubernetes.default.svc")).toBe("kubernetes.default.svc");
  expect(leaf.checkIP("127.0.0.1")).toBe("127.0.0.1");
  expect(new X509Certificate(admin.certificate).subject).toBe("O=system:masters\nCN=kubernetes-admin");
});

test("loadCertificates keeps what is good", async () => {
  const folder = await temporaryFolder();
  const first = await loadCertificates(folder, names, new FakeClock(NOW));
  expect(await loadCertificates(folder, names, new FakeClock(NOW + YEAR_MS / 2))).toEqual(first);
});

test("loadCertificates renews leaves that end soon and keeps the authority and the signing key", async () => {
  const folder = await temporaryFolder();
  const first = await loadCertificates(folder, names, new FakeClock(NOW));
  const later = await loadCertificates(folder, names, new FakeClock(NOW + YEAR_MS - 1000));
  expect(later.ca).toBe(first.ca);
  expect(later.serviceAccountKey).toBe(first.serviceAccountKey);
  expect(later.server.certificate).not.toBe(first.server.certificate);
  expect(Date.parse(new X509Certificate(later.server.certificate).validTo)).toBeGreaterThan(NOW + YEAR_MS);
});

test("loadCertificates signs the server anew when it gets another name", async () => {
  const folder = await temporaryFolder();
  const first = await loadCertificates(folder, names, new FakeClock(NOW));
  const renamed = await loadCertificates(folder, { hosts: [...names.hosts, "10.97.0.1"] }, new FakeClock(NOW));
  expect(renamed.server.certificate).not.toBe(first.server.certificate);
  expect(renamed.admin).toEqual(first.admin);
});

test("keys are readable by their owner only", async () => {
  const folder = await temporaryFolder();
  await loadCertificates(folder, names, new FakeClock(NOW));
  const { mode } = await stat(join(folder, "ca.key"));
  expect(mode & 0o777).toBe(0o600);
});

test("loadCertificates names a file that is damaged, and a key that belongs to another certificate", async () => {
  const folder = await temporaryFolder();
  const load = async () => await loadCertificates(folder, names, new FakeClock(NOW));
  await load();
  await writeFile(join(folder, "admin.crt"), "nonsense");
  expect(await refusal(load)).toContain(`Cannot read ${folder}/admin.crt and its key: they are damaged`);
  await rm(join(folder, "admin.crt"));
  await load();
  await copyFile(join(folder, "ca.key"), join(folder, "apiserver.key"));
  expect(await refusal(load)).toContain("apiserver.key belongs to another certificate");
});

async function refusal(attempt: () => Promise<unknown>): Promise<string> {
  return await attempt().then(
    () => "",
    (error: unknown) => String(error),
  );
}
