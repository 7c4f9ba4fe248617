import { expect, test } from "bun:test";

import { aRoute } from "../../testing/routes.ts";
import { executeDirectly, nftCommand } from "./netfilter-command.ts";
import { baseTable, nftablesTable } from "./nftables.ts";
import { serviceRuleset } from "./service-ruleset.ts";

const options = {
  cluster: "unit-test",
  podRange: "10.254.0.0/16",
  serviceRange: "10.127.0.0/16",
  bridge: undefined,
  seesBridgedPackets: false,
};

test("baseTable hides pods behind the host only where bridged packets are not seen", () => {
  expect(baseTable("ip t", options)).toContain("ip saddr 10.254.0.0/16 ip daddr 10.254.0.0/16 masquerade");
  expect(baseTable("ip t", { ...options, seesBridgedPackets: true })).not.toContain("ip saddr 10.254.0.0/16");
});

const rules = (port: number | undefined, affinitySeconds?: number) =>
  serviceRuleset(
    [aRoute(port === undefined ? [] : [{ ip: "127.0.0.1", port }], { clusterIps: ["10.127.0.9"], affinitySeconds })],
    [],
    { podRange: options.podRange, nodes: [] },
  );
const get = async (url: string): Promise<string> =>
  await fetch(url, { signal: AbortSignal.timeout(2000), keepalive: false }).then(
    async (response) => await response.text(),
    (error: Error & { code?: string }) => error.code ?? error.name,
  );

const mayUseNetfilter =
  process.platform === "linux" && process.getuid?.() === 0 && (await Bun.file("/usr/sbin/nft").exists());

// Needs root and nft: without them there is no kernel table to look at.
test.skipIf(!mayUseNetfilter)(
  "nftablesTable sends connections to endpoints, follows changes, and refuses the rest at once",
  async () => {
    using server = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: () => new Response("first") });
    using second = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: () => new Response("second") });
    const command = nftCommand("/usr/sbin/nft", executeDirectly);
    const table = nftablesTable({ ...options, command });
    await table.install();
    try {
      expect(await get("http://10.127.0.9/")).toBe("ECONNREFUSED");
      await table.apply("services", rules(server.port));
      expect(await get("http://10.127.0.9/")).toBe("first");
      await table.apply("services", rules(second.port, 60));
      expect(await get("http://10.127.0.9/")).toBe("second");
      await table.apply("services", rules(undefined));
      expect(await get("http://10.127.0.9/")).toBe("ECONNREFUSED");
      expect(await table.repair()).toBe(false);
      await table.apply("services", rules(server.port));
      await command.run("delete table ip kube-unit-test\n");
      expect(await table.repair()).toBe(true);
      expect(await get("http://10.127.0.9/")).toBe("first");
    } finally {
      await table.remove();
    }
    expect(await command.hasTable("ip kube-unit-test")).toBe(false);
  },
);
