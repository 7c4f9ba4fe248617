import { expect, test } from "bun:test";

import { silentLogger } from "../lib/logger.ts";
import { aRoute } from "../testing/routes.ts";
import { chainTag } from "./iptables/chains.ts";
import { openTrafficRules, type ProxyModeWish } from "./open-traffic-rules.ts";
import { type Execute, executeDirectly } from "./services/netfilter-command.ts";
import type { TrafficRules } from "./traffic-rules.ts";

const open = async (wish: ProxyModeWish, serviceRange: string, execute: Execute = executeDirectly) =>
  await openTrafficRules({
    cluster: `unit-${wish}`,
    podRange: "10.253.0.0/16",
    serviceRange,
    bridge: undefined,
    seesBridgedPackets: false,
    wish,
    execute,
    log: silentLogger,
  });
const get = async (url: string): Promise<string> =>
  await fetch(url, { signal: AbortSignal.timeout(2000), keepalive: false }).then(
    async (response) => await response.text(),
    (error: Error & { code?: string }) => error.code ?? error.name,
  );
const apply = async (rules: TrafficRules, ip: string, port: number | undefined, affinitySeconds?: number) =>
  await rules.applyRoutes({
    services: [aRoute(port === undefined ? [] : [{ ip: "127.0.0.1", port }], { clusterIps: [ip], affinitySeconds })],
    hostPorts: [],
    nodes: [],
  });

const mayChangeNetwork = process.platform === "linux" && process.getuid?.() === 0;
const programs = { nftables: "nft", iptables: "iptables", userspace: "ip" } as const;
/** What somebody else may do to the rules. */
const damage: Record<keyof typeof programs, string[][]> = {
  nftables: [["nft", "delete", "table", "ip", "kube-unit-nftables"]],
  iptables: [["iptables", "-t", "nat", "-D", "PREROUTING", "-j", `${chainTag("unit-iptables")}-dispatch`]],
  userspace: [["ip", "route", "delete", "local", "10.127.0.0/16", "dev", "lo"]],
};

for (const [index, mode] of (["nftables", "iptables", "userspace"] as const).entries()) {
  const range = `10.${125 + index}.0.0/16`;
  const ip = `10.${125 + index}.0.9`;
  // Needs root, and the program of the mode.
  test.skipIf(!mayChangeNetwork || Bun.which(programs[mode]) === null)(
    `${mode} send connections to endpoints, follow changes, are repaired, and refuse the rest at once`,
    async () => {
      using server = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: () => new Response("first") });
      using second = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: () => new Response("second") });
      const rules = await open(mode, range);
      await rules.install();
      try {
        expect(await get(`http://${ip}/`)).toBe("ECONNREFUSED");
        await apply(rules, ip, server.port);
        expect(await get(`http://${ip}/`)).toBe("first");
        await apply(rules, ip, second.port, 60);
        expect(await get(`http://${ip}/`)).toBe("second");
        await apply(rules, ip, undefined);
        expect(await get(`http://${ip}/`)).toBe("ECONNREFUSED");
        await apply(rules, ip, server.port);
        expect(await rules.repair()).toBe(false);
        for (const command of damage[mode]) await executeDirectly(command, "");
        expect(await rules.repair()).toBe(true);
        expect(await get(`http://${ip}/`)).toBe("first");
      } finally {
        await rules.remove();
      }
      expect(await get(`http://${ip}/`)).not.toBe("first");
    },
  );
}

test("ipvs is refused with the reason and what to use in its place", async () => {
  expect(open("ipvs", "10.125.0.0/16")).rejects.toThrow(/Cannot use the proxy mode ipvs: .*IPVS/);
});

test("what works in a mode's place is taken by itself, and a mode that does not work is refused", async () => {
  const without =
    (...programsThatFail: readonly string[]): Execute =>
    async ([program = "", ...args]) =>
      await Promise.resolve({
        exitCode: programsThatFail.some((name) => program.endsWith(name) || args[0] === name) ? 1 : 0,
        stdout: "",
        stderr: "Operation not supported",
      });
  expect((await open("auto", "10.125.0.0/16", without())).mode).toBe("nftables");
  expect((await open("auto", "10.125.0.0/16", without("nft"))).mode).toBe("iptables");
  expect((await open("auto", "10.125.0.0/16", without("nft", "iptables"))).mode).toBe("userspace");
  expect(open("nftables", "10.125.0.0/16", without("nft"))).rejects.toThrow(
    "Cannot use the proxy mode nftables: nft does not work here: Operation not supported",
  );
});
