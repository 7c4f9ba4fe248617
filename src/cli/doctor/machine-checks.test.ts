import { expect, test } from "bun:test";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { DEFAULT_ADDONS } from "../../cluster/config/addon-switches.ts";
import { routesFrom } from "../../cluster/config/address-ranges.ts";
import { type EngineReport, skewBetween } from "../../cluster/engine/engine-report.ts";
import { systemClock } from "../../lib/time/clock.ts";
import { UserError } from "../../lib/user-error.ts";
import { runChecks } from "./check.ts";
import { clockFinding } from "./clock-check.ts";
import { diskCheck, diskFinding } from "./disk-check.ts";
import type { DiskSpace } from "./disk-space.ts";
import { dnsFinding } from "./dns-check.ts";
import { dockerCheck, dockerFinding } from "./docker-check.ts";
import { netfilterFinding } from "./netfilter-check.ts";
import { examine } from "./patient.ts";
import { dockerMembership, permissionsFinding } from "./permissions-check.ts";
import { portsFinding, wantedPorts } from "./ports-check.ts";
import { rangesFinding } from "./ranges-check.ts";

const GIB = 2 ** 30;
const engine: EngineReport = {
  version: "28.0.1",
  apiVersion: "1.48",
  cgroupVersion: "2",
  cgroupDriver: "systemd",
  storageDriver: "overlay2",
  rootDirectory: "/var/lib/docker",
  skewMs: 0,
  networks: [{ name: "bridge", subnets: ["172.17.0.0/16"] }],
};
const space = (freeGib: number, freeInodeShare = 0.9): DiskSpace => ({
  freeBytes: freeGib * GIB,
  totalBytes: 100 * GIB,
  freeInodeShare,
});

test("dockerFinding tells what the engine is, and warns when its disk is short or its driver slow", () => {
  expect(dockerFinding(engine, space(50))).toEqual({
    result: "ok",
    why: "Docker 28.0.1 answers: API 1.48, cgroup v2 (systemd), overlay2, 50.0 GiB free",
  });
  expect(dockerFinding(engine, space(1))).toMatchObject({ result: "warning", mend: "docker system prune" });
  expect(dockerFinding({ ...engine, storageDriver: "vfs" }, undefined).result).toBe("warning");
});

test("without Docker the check of it fails, whether nobody listens or somebody never answers", async () => {
  await using folder = await temporaryFolder();
  const socket = join(folder.path, "hangs.sock");
  using sockets = new DisposableStack();
  const server = createServer((client) => sockets.defer(() => client.destroy()));
  sockets.defer(() => server.close());
  await new Promise<void>((resolve) => server.listen(socket, resolve));
  const reports = await Promise.all(
    ["/nonexistent.sock", socket].map(async (path) => {
      const env = { KUBE_HOME: folder.path, DOCKER_HOST: `unix://${path}` };
      return (await runChecks([dockerCheck], examine("kube", { env, clock: systemClock }), systemClock))[0];
    }),
  );
  expect(reports).toMatchObject([
    {
      result: "failure",
      why: "Docker does not answer at /nonexistent.sock",
      mend: expect.stringContaining("unset DOCKER_HOST"),
    },
    { result: "failure", why: `Docker does not answer at ${socket}` },
  ]);
}, 20_000);

test("permissionsFinding knows who was refused and why", () => {
  const refusal = new UserError("No permission to use Docker at /var/run/docker.sock", { hint: "sudo usermod ..." });
  expect(permissionsFinding(undefined, "effective").result).toBe("ok");
  expect(permissionsFinding(refusal, "none")).toEqual({
    result: "failure",
    why: refusal.message,
    mend: "sudo usermod ...",
  });
  expect(permissionsFinding(refusal, "after login")).toMatchObject({ result: "failure", mend: "newgrp docker" });
  expect(permissionsFinding(new UserError("Docker does not answer at /x"), "none").result).toBe("skipped");
});

test("dockerMembership tells a member from one who has to log in again", () => {
  const groups = "root:x:0:\ndocker:x:998:ann,bob\n";
  expect(dockerMembership(groups, "ann", [1000, 998])).toBe("effective");
  expect(dockerMembership(groups, "ann", [1000])).toBe("after login");
  expect(dockerMembership(groups, "eve", [1000])).toBe("none");
  expect(dockerMembership("root:x:0:\n", "ann", [0])).toBe("none");
});

test("netfilterFinding fails without forwarding, and warns of modes passed over and of a missing br_netfilter", () => {
  const well = { mode: "nftables", problems: [], forwards: true, hasBridgeNetfilter: true, isTried: true };
  expect(netfilterFinding(well).result).toBe("ok");
  expect(netfilterFinding({ ...well, forwards: false })).toMatchObject({
    result: "failure",
    mend: "sudo sysctl -w net.ipv4.ip_forward=1",
  });
  expect(netfilterFinding({ ...well, mode: "iptables", problems: ["the program nft is missing"] })).toMatchObject({
    result: "warning",
    why: "Services would use the proxy mode iptables: the program nft is missing",
  });
  expect(netfilterFinding({ ...well, hasBridgeNetfilter: false })).toMatchObject({
    result: "warning",
    mend: "sudo modprobe br_netfilter",
  });
});

test("portsFinding fails for what a start needs, and warns of Ingress ports", () => {
  const wanted = wantedPorts({
    port: 6443,
    httpPort: 80,
    httpsPort: 0,
    ports: [{ ip: "127.0.0.1", port: 8080, nodePort: 30080, protocol: "TCP" }],
    addons: { ...DEFAULT_ADDONS, ingress: true },
  });
  expect(wanted.map(({ port }) => port)).toEqual([6443, 80, 8080]);
  const [api, http, published] = wanted.map((each) => [each]);
  expect(portsFinding(wanted, [], "two")).toEqual({
    result: "ok",
    why: "Free: 6443 (API), 80 (HTTP), 8080 (published)",
  });
  expect(portsFinding(wanted, api ?? [], "two")).toMatchObject({
    result: "failure",
    mend: "kube start --name two --port 6444",
  });
  expect(portsFinding(wanted, http ?? [], "")).toMatchObject({ result: "warning", mend: "kube start --http-port 81" });
  expect(portsFinding(wanted, published ?? [], "two")).toMatchObject({
    result: "failure",
    mend: "kube start --name two --ports 8081:30080",
  });
});

test("rangesFinding finds routes and Docker's networks in the way, and leaves the cluster's own alone", () => {
  const ranges = { name: "two", isNew: false, podRange: "10.244.0.0/16", serviceRange: "10.96.0.0/16" };
  const own = { name: "kube-two", subnets: ["10.244.0.0/16"] };
  const routes = routesFrom("Iface\nkube-1\t0000F40A\t00000000\t0001\t0\t0\t0\t0000FFFF\t0\t0\t0\n");
  expect(rangesFinding(ranges, routes, [...engine.networks, own]).result).toBe("ok");
  expect(rangesFinding(ranges, [], [{ name: "shop", subnets: ["10.244.8.0/24"] }])).toMatchObject({
    result: "failure",
    why: "The range 10.244.0.0/16 of pods overlaps with 10.244.8.0/24, Docker's network shop",
    mend: expect.stringContaining("kube delete --name two"),
  });
  expect(rangesFinding({ ...ranges, isNew: true }, [], [{ name: "shop", subnets: ["10.0.0.0/8"] }])).toMatchObject({
    mend: "Take that away, or choose others: kube start --name two --pod-range RANGE --service-range RANGE",
  });
  const vpn = routesFrom("Iface\ntun0\t0000000A\t00000000\t0001\t0\t0\t0\t000000FF\t0\t0\t0\n");
  expect(rangesFinding(ranges, vpn, undefined)).toMatchObject({ result: "failure" });
});

test("dnsFinding warns of silent resolvers and of a localhost that leads elsewhere", () => {
  const resolvers = [{ ip: "192.0.2.1", answers: true }];
  expect(dnsFinding({ resolvers, localhostAddresses: ["::1", "127.0.0.1"] }).result).toBe("ok");
  expect(dnsFinding({ resolvers, localhostAddresses: [] }).why).toStartWith("Names below localhost are not found");
  expect(dnsFinding({ resolvers, localhostAddresses: ["192.0.2.9"] }).why).toContain("lead to 192.0.2.9");
  expect(dnsFinding({ resolvers: [], localhostAddresses: ["127.0.0.1"] }).result).toBe("warning");
  expect(dnsFinding({ resolvers: [{ ip: "192.0.2.1", answers: false }], localhostAddresses: [] }).why).toContain(
    "192.0.2.1 of /etc/resolv.conf does not answer",
  );
});

test("diskFinding fails when the disk is full, and warns before it is", () => {
  expect(diskFinding("/home/ann/.kube", space(50)).result).toBe("ok");
  expect(diskFinding("/home/ann/.kube", space(1)).result).toBe("warning");
  expect(diskFinding("/home/ann/.kube", space(50, 0.01)).result).toBe("warning");
  expect(diskFinding("/home/ann/.kube", space(0))).toMatchObject({
    result: "failure",
    why: "The disk of /home/ann/.kube is full: 0.0 GiB left",
  });
});

test("the check of the disk leaves nothing behind, and fails where nothing can be written", async () => {
  await using folder = await temporaryFolder();
  const inFolder = async (home: string) =>
    (await runChecks([diskCheck], examine("kube", { env: { KUBE_HOME: home }, clock: systemClock }), systemClock))[0];
  expect(await inFolder(join(folder.path, "not", "yet"))).toMatchObject({ result: "ok" });
  expect(await Array.fromAsync(new Bun.Glob("**").scan({ cwd: folder.path, dot: true }))).toEqual([]);
  await writeFile(join(folder.path, "file"), "");
  expect(await inFolder(join(folder.path, "file"))).toMatchObject({ result: "failure" });
  // Nobody can make files there, not even root.
  expect(await inFolder("/proc/kube")).toMatchObject({ result: "failure" });
});

test("clockFinding compares with the engine's clock, and knows time zones", () => {
  expect(clockFinding("Europe/Vienna", 100)).toMatchObject({
    result: "ok",
    why: expect.stringContaining("Europe/Vienna"),
  });
  expect(clockFinding("", -5000)).toMatchObject({
    result: "warning",
    why: "Docker's clock is 5 s behind this machine's",
  });
  expect(clockFinding("", 90_000).result).toBe("failure");
  expect(clockFinding("", undefined).result).toBe("skipped");
  expect(clockFinding("Middle/Earth", 0)).toMatchObject({ result: "warning", mend: "unset TZ" });
});

test("skewBetween takes nothing for a difference that the question's way explains", () => {
  expect([skewBetween(950, 1000, 1100), skewBetween(1050, 1000, 1100), skewBetween(1300, 1000, 1100)]).toEqual([
    -50, 0, 200,
  ]);
});

async function temporaryFolder(): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await mkdtemp(join(tmpdir(), "kube-doctor-test-"));
  return { path, [Symbol.asyncDispose]: async () => await rm(path, { recursive: true }) };
}
