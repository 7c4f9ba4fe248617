import { policyChains } from "../policies/policy-chains.ts";
import { type Execute, firstLines } from "../services/netfilter-command.ts";
import { inTurn, type TrafficRules, type TrafficRulesOptions } from "../traffic-rules.ts";
import { baseChains, type Jump, jumps } from "./base-chains.ts";
import { type ChainsByTable, chainsChange, chainTag, noChains, type TableName } from "./chains.ts";
import { serviceChains } from "./service-chains.ts";

/** The two programs, as they are called: `/usr/sbin/xtables-nft-multi iptables`, say. */
export interface IptablesPrograms {
  readonly iptables: readonly string[];
  readonly restore: readonly string[];
}

export interface IptablesOptions extends TrafficRulesOptions {
  readonly programs: IptablesPrograms;
  readonly execute: Execute;
}

/** Others change rules too, and the tables have one lock. */
const LOCK_SECONDS = "10";
const TABLES: readonly TableName[] = ["nat", "filter", "mangle"];

/** Chains of ours in the tables of iptables, each jumped to before anything else is looked at. */
export function iptablesRules(options: IptablesOptions): TrafficRules {
  const tag = chainTag(options.cluster);
  const ours = jumps(tag);
  const base = baseChains(options);
  const turn = inTurn();
  const kernel = iptablesKernel(options);
  let inKernel = noChains;
  let services: Partial<ChainsByTable> = {};
  let policies: Partial<ChainsByTable> = {};
  const wanted = (): ChainsByTable => joined(base, services, policies);

  // Each table changes in one step, and each jump is there before an old one goes: nothing passes meanwhile.
  const putInPlace = async (): Promise<void> => {
    await kernel.restore(chainsChange(noChains, wanted()));
    inKernel = wanted();
    for (const jump of ours) await kernel.putFirst(jump);
  };
  const repaired = async (): Promise<boolean> => {
    if (await kernel.areFirst(ours)) return false;
    await putInPlace();
    return true;
  };
  const update = async (): Promise<void> => {
    const change = chainsChange(inKernel, wanted());
    if (change === "") return;
    try {
      await kernel.restore(change);
      inKernel = wanted();
    } catch (error) {
      if (!(await repaired())) throw error;
    }
  };
  return {
    mode: "iptables",
    install: () =>
      turn(async () => {
        [services, policies] = [{}, {}];
        // What a server that was killed left behind.
        await kernel.remove(tag, ours);
        await putInPlace();
      }),
    applyRoutes: (routes) =>
      turn(async () => {
        services = serviceChains(routes, { tag, podRange: options.podRange });
        await update();
      }),
    applyPolicies: (view) =>
      turn(async () => {
        policies = { mangle: policyChains(view, tag) };
        await update();
      }),
    repair: () => turn(repaired),
    remove: () => turn(async () => await kernel.remove(tag, ours)),
  };
}

/** What comes and goes replaces the empty chains that it starts as. */
function joined(...parts: readonly Partial<ChainsByTable>[]): ChainsByTable {
  const table = (name: TableName) => new Map(parts.flatMap((part) => [...(part[name] ?? [])]));
  return { nat: table("nat"), filter: table("filter"), mangle: table("mangle") };
}

const jumpRule = ({ from, to }: Jump): string => `-A ${from} -j ${to}`;

function iptablesKernel({ programs, execute }: IptablesOptions) {
  const iptables = async (table: TableName, ...args: readonly string[]) =>
    await execute([...programs.iptables, "-w", LOCK_SECONDS, "-t", table, ...args], "");
  const restore = async (script: string): Promise<void> => {
    if (script === "") return;
    const { exitCode, stderr } = await execute([...programs.restore, "-w", LOCK_SECONDS, "--noflush"], script);
    if (exitCode !== 0) throw new Error(`iptables refused the rules: ${firstLines(stderr)}`);
  };
  const rules = async ({ table, from }: Jump): Promise<readonly string[]> =>
    (await iptables(table, "-S", from)).stdout.split("\n").filter((line) => line.startsWith("-A "));
  return {
    restore,
    async putFirst(jump: Jump): Promise<void> {
      const { table, from, to } = jump;
      const before = (await rules(jump)).flatMap((rule, index) => (rule === jumpRule(jump) ? [index + 1] : []));
      if (before[0] === 1) return;
      const { exitCode, stderr } = await iptables(table, "-I", from, "1", "-j", to);
      if (exitCode !== 0) throw new Error(`iptables refused a jump from ${from}: ${firstLines(stderr)}`);
      // By its number, one further down now: by its text the new one would go.
      for (const number of before.toReversed()) await iptables(table, "-D", from, String(number + 1));
    },
    /** Docker puts itself first when it starts, so being there is not enough. One chain tells of its whole table. */
    async areFirst(wanted: readonly Jump[]): Promise<boolean> {
      for (const table of TABLES) {
        const jump = wanted.find((each) => each.table === table);
        if (jump && (await rules(jump))[0] !== jumpRule(jump)) return false;
      }
      return true;
    },
    async remove(tag: string, from: readonly Jump[]): Promise<void> {
      for (const jump of from) {
        while ((await iptables(jump.table, "-D", jump.from, "-j", jump.to)).exitCode === 0);
      }
      for (const table of TABLES) {
        const { stdout } = await iptables(table, "-S");
        const chains = [...stdout.matchAll(/^-N (\S+)$/gm)].flatMap(([, name = ""]) =>
          name.startsWith(`${tag}-`) ? [name] : [],
        );
        if (chains.length === 0) continue;
        const lines = [
          `*${table}`,
          ...chains.map((name) => `:${name} - [0:0]`),
          ...chains.map((name) => `-X ${name}`),
          "COMMIT",
        ];
        await restore(lines.map((each) => `${each}\n`).join(""));
      }
    },
  };
}
