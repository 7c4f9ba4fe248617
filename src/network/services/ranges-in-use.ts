import { type Cidr, parseCidr } from "../../lib/cidr.ts";

/** Runs a program and says what it printed; undefined when it is not there or may not. */
type Ask = (command: readonly string[]) => Promise<string | undefined>;

/**
 * The ranges that other clusters on this machine have taken, whoever started those and whatever their proxy mode: Service ranges stand in no
 * route that others show, and two clusters with the same one would take each other's traffic.
 */
export async function rangesInUse(ask: Ask = run): Promise<readonly Cidr[]> {
  const texts = [
    ...(await refusedByTables(ask)),
    ...rangesIn(await ask(["iptables", "-w", "10", "-t", "filter", "-S"]), /^-A kube-\S+-refuse -d (\S+)/gm),
    ...rangesIn(
      await ask(["ip", "-4", "route", "show", "table", "local", "type", "local"]),
      /^local (\S+\/\d+) dev lo/gm,
    ),
  ];
  return texts.flatMap((text) => parseCidr(text) ?? []);
}

async function refusedByTables(ask: Ask): Promise<readonly string[]> {
  const tables = (await ask(["nft", "list", "tables", "ip"])) ?? "";
  const ranges: string[] = [];
  for (const [, name = ""] of tables.matchAll(/^table ip (kube-\S+)$/gm)) {
    const rules = await ask(["nft", "list", "chain", "ip", name, "refuse"]);
    ranges.push(...rangesIn(rules, /ip daddr (\d+\.\d+\.\d+\.\d+\/\d+)/g));
  }
  return ranges;
}

const rangesIn = (text: string | undefined, pattern: RegExp): readonly string[] =>
  [...(text ?? "").matchAll(pattern)].map(([, range = ""]) => range);

async function run(command: readonly string[]): Promise<string | undefined> {
  try {
    const child = Bun.spawn([...command], {
      env: { ...process.env, PATH: `${process.env["PATH"] ?? ""}:/usr/sbin:/sbin` },
      stdout: "pipe",
      stderr: "ignore",
    });
    const text = await new Response(child.stdout).text();
    return (await child.exited) === 0 ? text : undefined;
  } catch {
    // Not installed: it has rules of nobody.
    return undefined;
  }
}
