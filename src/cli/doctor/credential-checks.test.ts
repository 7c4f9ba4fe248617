import { expect, test } from "bun:test";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { ConnectionError } from "../../client/connection-error.ts";
import { responseError } from "../../client/response-error.ts";
import { createAuthority } from "../../cluster/certificates/certificate-authority.ts";
import { systemClock } from "../../lib/time/clock.ts";
import { certificatesFinding } from "./certificates-check.ts";
import { runChecks } from "./check.ts";
import { chosenContext, kubeconfigCheck, kubeconfigFailure, whoIAmFinding } from "./kubeconfig-check.ts";
import { examine } from "./patient.ts";

const NOW = Date.parse("2026-11-21T00:00:00Z");
const DAY = 24 * 3600 * 1000;

async function certificate(fromDays: number, toDays: number) {
  const validity = { notBefore: new Date(NOW + fromDays * DAY), notAfter: new Date(NOW + toDays * DAY) };
  return { name: "apiserver.crt", pem: (await createAuthority("test", validity)).certificate, mend: "kube start" };
}

test("certificatesFinding tells what ended, ends soon, has not begun or cannot be read", async () => {
  const [fresh, soon, ended, early] = await Promise.all([
    certificate(-1, 365),
    certificate(-340, 20),
    certificate(-366, -1),
    certificate(1, 365),
  ]);
  expect(certificatesFinding([fresh], NOW).result).toBe("ok");
  expect(certificatesFinding([fresh, soon], NOW)).toEqual({
    result: "warning",
    why: "The certificate apiserver.crt ends on 2026-12-11",
    mend: "kube start",
  });
  expect(certificatesFinding([soon, ended], NOW)).toEqual({
    result: "failure",
    why: "The certificate apiserver.crt ended on 2026-11-20",
    mend: "kube start",
  });
  expect(certificatesFinding([early], NOW)).toMatchObject({
    result: "failure",
    why: "The certificate apiserver.crt is valid from 2026-11-22 only: this machine's clock says 2026-11-21",
  });
  expect(certificatesFinding([{ ...fresh, pem: "rubbish" }], NOW).why).toBe(
    "The certificate apiserver.crt cannot be read",
  );
  expect(certificatesFinding([], NOW).result).toBe("skipped");
});

test("chosenContext is the cluster's where there is one, else the current one", () => {
  const contexts = new Map([
    ["kube-two", {}],
    ["prod", {}],
  ]);
  expect(chosenContext({ contexts, currentContext: "prod" }, "two")).toBe("kube-two");
  expect(chosenContext({ contexts, currentContext: "prod" }, undefined)).toBe("prod");
  expect(chosenContext({ contexts, currentContext: "" }, undefined)).toMatchObject({ result: "skipped" });
  expect(chosenContext({ contexts, currentContext: "" }, "three")).toMatchObject({
    result: "warning",
    mend: "kube update-context --name three",
  });
  expect(chosenContext({ contexts, currentContext: "gone" }, "two")).toMatchObject({
    result: "failure",
    why: 'The current context "gone" does not exist',
  });
});

test("whoIAmFinding takes an anonymous answer for refused credentials", () => {
  const review = (username: string) => ({ status: { userInfo: { username } } });
  expect(whoIAmFinding("kube", "https://127.0.0.1:6443", review("kubernetes-admin"))).toEqual({
    result: "ok",
    why: 'Context "kube" reaches https://127.0.0.1:6443 as kubernetes-admin',
  });
  expect(whoIAmFinding("kube", "https://127.0.0.1:6443", review("system:anonymous")).result).toBe("failure");
});

test("kubeconfigFailure tells refused credentials from a server that is not there; a bug stays one", () => {
  const refused = responseError({ code: 401, body: "" }, { method: "POST" });
  expect(kubeconfigFailure(refused, "kube", "kube")).toEqual({
    result: "failure",
    why: 'The credentials of context "kube" are not accepted',
    mend: "kube update-context --name kube",
  });
  const gone = new ConnectionError("connection refused", { host: "127.0.0.1:1", isRefused: true, cause: undefined });
  expect(kubeconfigFailure(gone, "kube", "kube")).toMatchObject({
    why: 'The server of context "kube" cannot be reached: 127.0.0.1:1: connection refused',
  });
  expect(() => kubeconfigFailure(new TypeError("bug"), "kube", undefined)).toThrow("bug");
});

test("a kubeconfig that is broken, and one whose server is gone, are failures", async () => {
  const folder = await mkdtemp(join(tmpdir(), "kube-doctor-test-"));
  const path = join(folder, "config");
  const env = { KUBE_HOME: folder, KUBECONFIG: path };
  const report = async (text: string) => {
    await writeFile(path, text);
    return (await runChecks([kubeconfigCheck], examine("kube", { env, clock: systemClock }), systemClock))[0];
  };
  try {
    expect(await report("a: b: c")).toMatchObject({
      result: "failure",
      why: expect.stringContaining(`error loading config file "${path}"`),
    });
    const kubeconfig = {
      clusters: [{ name: "c", cluster: { server: "http://127.0.0.1:1" } }],
      contexts: [{ name: "x", context: { cluster: "c", user: "" } }],
      "current-context": "x",
    };
    expect(await report(JSON.stringify(kubeconfig))).toMatchObject({
      result: "failure",
      why: 'The server of context "x" cannot be reached: 127.0.0.1:1: connection refused',
    });
  } finally {
    await rm(folder, { recursive: true });
  }
});
