import { expect, test } from "bun:test";
import { X509Certificate } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect, type TLSSocket } from "node:tls";

import { silentLogger } from "../../lib/logger.ts";
import { FakeClock } from "../../lib/time/fake-clock.ts";
import { startTestApiServer, type TestApiServer } from "../../testing/test-api-server.ts";
import { CertificateKeeper } from "./certificate-keeper.ts";
import { type ClusterCertificates, loadCertificates } from "./certificates.ts";

const DAY_MS = 24 * 3600 * 1000;

/** A connection that stays open. */
async function connected({ connection }: TestApiServer): Promise<TLSSocket> {
  const { hostname, port } = new URL(connection.server);
  const socket = connect({
    host: hostname,
    port: Number(port),
    ca: connection.caPem,
    cert: connection.clientCertificatePem,
    key: connection.clientKeyPem,
  });
  await new Promise<void>((resolve, reject) => {
    socket.once("secureConnect", () => resolve());
    socket.once("error", reject);
  });
  return socket;
}

async function ask(socket: TLSSocket): Promise<string> {
  socket.write("GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n");
  const [answer] = (await new Promise((resolve) => socket.once("data", (data: Buffer) => resolve([data])))) as [Buffer];
  return answer.toString("latin1").split("\r\n")[0] ?? "";
}

const serialOf = (socket: TLSSocket): string => socket.getPeerCertificate().serialNumber;

test("certificates that end soon are renewed and shown, and no connection breaks for it", async () => {
  const folder = await mkdtemp(join(tmpdir(), "kube-pki-"));
  await using cleanUp = new AsyncDisposableStack();
  cleanUp.defer(() => rm(folder, { recursive: true }));
  // Clients look at the real time: it is near the end of the first certificates, and behind the beginning of the next.
  const clock = new FakeClock(Date.now() - 275 * DAY_MS);
  const load = async (): Promise<ClusterCertificates> =>
    await loadCertificates(folder, { hosts: ["127.0.0.1"] }, clock);
  const current = await load();
  await using api = await startTestApiServer({ https: true, certificates: current });
  const renewals = Promise.withResolvers<ClusterCertificates>();
  await using _ = new CertificateKeeper({
    current,
    load,
    onRenewed(renewed) {
      const { server, frontProxy } = renewed;
      api.server.useCertificates({
        server: { cert: server.certificate, key: server.key },
        frontProxyClient: frontProxy.client,
      });
      renewals.resolve(renewed);
    },
    clock,
    log: silentLogger,
  });
  using before = disposable(await connected(api));
  expect(await ask(before.socket)).toBe("HTTP/1.1 200 OK");
  for (let day = 0; day < 276 * 2 && !(await isSettled(renewals.promise)); day++) clock.advance(DAY_MS / 2);
  const renewed = await renewals.promise;
  for (const leaf of [renewed.server, renewed.admin, renewed.frontProxy.client]) {
    expect(Date.parse(new X509Certificate(leaf.certificate).validTo)).toBeGreaterThan(clock.now() + 363 * DAY_MS);
  }
  expect([renewed.ca, renewed.frontProxy.ca]).toEqual([current.ca, current.frontProxy.ca]);
  using after = disposable(await connected(api));
  expect(serialOf(after.socket)).toBe(new X509Certificate(renewed.server.certificate).serialNumber);
  expect(serialOf(before.socket)).not.toBe(serialOf(after.socket));
  expect(await ask(before.socket)).toBe("HTTP/1.1 200 OK");
  expect(await ask(after.socket)).toBe("HTTP/1.1 200 OK");
});

const disposable = (socket: TLSSocket) => ({ socket, [Symbol.dispose]: () => socket.destroy() });

/** Lets what waits for files have its turn. */
async function isSettled(promise: Promise<unknown>): Promise<boolean> {
  const waiting = Symbol("waiting");
  const turn = new Promise((resolve) => setTimeout(() => resolve(waiting), 5));
  return (await Promise.race([promise, turn])) !== waiting;
}
