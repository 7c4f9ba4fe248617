import { expect, test } from "bun:test";

import { silentLogger } from "../../lib/logger.ts";
import { FakeClock } from "../../lib/time/fake-clock.ts";
import { aRoute } from "../../testing/routes.ts";
import type { NetfilterCommand } from "./netfilter-command.ts";
import { nftablesTable } from "./nftables.ts";
import { RulesKeeper } from "./rules-keeper.ts";
import { serviceRuleset } from "./service-ruleset.ts";

/** A kernel that only knows whether there is a table, and refuses changes to one that is not there. */
class FakeKernel implements NetfilterCommand {
  hasIt = false;
  scripts: string[] = [];

  run(script: string): Promise<void> {
    if (!this.hasIt && !script.startsWith("add table")) return Promise.reject(new Error("No such file or directory"));
    this.hasIt = true;
    this.scripts.push(script);
    return Promise.resolve();
  }

  hasTable(): Promise<boolean> {
    return Promise.resolve(this.hasIt);
  }
}

const rules = (port: number) =>
  serviceRuleset([aRoute([{ ip: "10.254.0.2", port }])], [], { podRange: "10.254.0.0/16", nodes: [] });

const options = {
  cluster: "unit-test",
  podRange: "10.254.0.0/16",
  serviceRange: "10.127.0.0/16",
  bridge: undefined,
  seesBridgedPackets: false,
};

test("a table that somebody removed is put back with all its rules", async () => {
  const kernel = new FakeKernel();
  const clock = new FakeClock();
  const table = nftablesTable({ ...options, command: kernel });
  await table.install();
  await table.apply("services", rules(8080));
  {
    await using keeper = new RulesKeeper({
      rules: { mode: "nftables", repair: async () => await table.repair() },
      clock,
      log: silentLogger,
    });
    expect(keeper).toBeDefined();
    clock.advance(30_000);
    await Bun.sleep(0);
    expect(kernel.scripts).toHaveLength(2);
    kernel.hasIt = false;
    clock.advance(30_000);
    await Bun.sleep(0);
  }
  expect(kernel.hasIt).toBe(true);
  expect(kernel.scripts.at(-1)).toContain("10.254.0.2");
});

test("an update of a table that is gone makes it anew", async () => {
  const kernel = new FakeKernel();
  const table = nftablesTable({ ...options, command: kernel });
  await table.install();
  await table.apply("services", rules(8080));
  kernel.hasIt = false;
  await table.apply("services", rules(9090));
  const sinceInstalled = kernel.scripts.slice(2).join("");
  expect(sinceInstalled).toContain("chain filter-output");
  expect(sinceInstalled).toContain("9090");
});
