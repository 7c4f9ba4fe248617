import { expect, test } from "bun:test";
import { join } from "node:path";

import { eventually } from "./support/eventually.ts";
import { exampleImages } from "./support/images.ts";
import { run } from "./support/run.ts";
import { examples, startTestCluster, testHome } from "./support/test-cluster.ts";

const LONG_MS = 180_000;
const isRoot = process.getuid?.() === 0;

/** What of each mode stands in the kernel, a line each. */
const inKernel: Readonly<Record<string, readonly string[]>> = {
  nftables: ["sh", "-c", "nft list tables | grep kube-"],
  iptables: ["sh", "-c", "iptables-save | grep -o '^:kube-[^ ]*'"],
  userspace: ["sh", "-c", 'ip route show table local type local | grep "/16 dev lo"'],
};
/** What somebody else may do to the rules, given what of them is in the kernel. */
const damage: Readonly<Record<string, (line: string) => readonly string[]>> = {
  nftables: (line) => ["nft", "delete", ...line.split(" ")],
  iptables: (line) => ["iptables", "-t", "nat", "-D", "PREROUTING", "-j", /kube-\S+/.exec(line)?.[0] ?? ""],
  userspace: (line) => ["ip", "route", "delete", ...line.split(" ").slice(0, 4)],
};

for (const mode of ["iptables", "userspace", "nftables"]) {
  test.skipIf(!isRoot)(
    `in the proxy mode ${mode}, Services, node ports and policies work, damage is mended, and nothing is left`,
    async () => {
      await exampleImages();
      const listed = async (): Promise<readonly string[]> =>
        (await run(inKernel[mode] ?? [])).stdout.split("\n").filter((line) => line !== "");
      const before = await listed();
      await using cluster = await startTestCluster(["--nodes", "2", "--proxy-mode", mode]);
      expect((await cluster.kube(["status", "--name", cluster.name])).stdout).toMatch(
        new RegExp(`Proxy mode: +${mode}`),
      );
      const ours = (await listed()).filter((line) => !before.includes(line));
      expect(ours).not.toBeEmpty();
      await cluster.kubectl("apply", "-f", join(examples, "network-policy"));
      await cluster.kubectl("wait", "pod", "--all", "--for=condition=Ready", "--timeout=60s");
      const ask = async (pod: string, url: string): Promise<string> =>
        (await cluster.tryKubectl(["exec", pod, "--", "timeout", "2", "wget", "-qO-", url])).stdout;
      await eventually("the Service answers by its name", async () =>
        (await ask("friend", "http://guarded")).startsWith("hello from version 1"),
      );
      // Userspace sees no packets between pods.
      expect((await ask("stranger", "http://guarded")).startsWith("hello")).toBe(mode === "userspace");
      await cluster.kubectl("delete", "networkpolicy", "guarded");
      await cluster.kubectl("patch", "service", "guarded", "-p", '{"spec":{"type":"NodePort"}}');
      const port = await cluster.kubectl("get", "service", "guarded", "-o", "jsonpath={.spec.ports[0].nodePort}");
      const ips = await cluster.kubectl("get", "nodes", "-o", "jsonpath={.items[*].status.addresses[0].address}");
      for (const ip of [...ips.split(" "), "localhost"]) {
        const url = `http://${ip}:${port}/`;
        await eventually(`${url} answers`, async () => (await fetch(url, { keepalive: false })).ok);
      }
      for (const ip of ips.split(" ")) {
        expect(await ask("stranger", `http://${ip}:${port}/`)).toStartWith("hello from version 1");
      }
      for (const line of ours) await run(damage[mode]?.(line) ?? []);
      expect((await ask("friend", "http://guarded")).startsWith("hello")).toBe(false);
      await eventually(
        "the rules are back",
        async () => (await ask("friend", "http://guarded")).startsWith("hello from version 1"),
        20_000,
      );
      const clusterIp = await cluster.kubectl("get", "service", "guarded", "-o", "jsonpath={.spec.clusterIP}");
      await cluster.kubectl("delete", "service", "guarded");
      await eventually("connections are refused at once", async () => {
        const refused = await fetch(`http://${clusterIp}/`).catch((error: Error & { code?: string }) => error.code);
        return refused === "ECONNREFUSED";
      });
      await cluster.kube(["stop", "--name", cluster.name]);
      expect((await listed()).filter((line) => ours.includes(line))).toBeEmpty();
    },
    LONG_MS,
  );
}

test("a kernel without IPVS is told about before anything is made", async () => {
  await using home = await testHome();
  const { stdout, stderr, exitCode } = await home.kube([
    "start",
    "--name",
    `ipvs-${process.pid}`,
    "--proxy-mode",
    "ipvs",
  ]);
  expect(`${stdout}${stderr}`).toContain("Cannot use the proxy mode ipvs");
  expect(exitCode).not.toBe(0);
});
