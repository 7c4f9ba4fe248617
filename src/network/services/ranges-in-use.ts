import { type Cidr, parseCidr } from "../../lib/cidr.ts";

/**
 * The ranges that tables of other clusters refuse, whoever started those: Service ranges stand in no route, and two clusters with the same one
 * would take each other's traffic. Undefined `list`: nft is not there or may not be used, and nothing can be known.
 */
export async function rangesInUse(
  list: (args: readonly string[]) => Promise<string | undefined> = nft,
): Promise<readonly Cidr[]> {
  const tables = (await list(["list", "tables", "ip"])) ?? "";
  const ranges: Cidr[] = [];
  for (const [, name = ""] of tables.matchAll(/^table ip (kube-\S+)$/gm)) {
    const rules = (await list(["list", "chain", "ip", name, "refuse"])) ?? "";
    for (const [, range = ""] of rules.matchAll(/ip daddr (\d+\.\d+\.\d+\.\d+\/\d+)/g)) {
      const cidr = parseCidr(range);
      if (cidr) ranges.push(cidr);
    }
  }
  return ranges;
}

async function nft(args: readonly string[]): Promise<string | undefined> {
  try {
    const child = Bun.spawn(["nft", ...args], {
      env: { ...process.env, PATH: `${process.env["PATH"] ?? ""}:/usr/sbin:/sbin` },
      stdout: "pipe",
      stderr: "ignore",
    });
    const text = await new Response(child.stdout).text();
    return (await child.exited) === 0 ? text : undefined;
  } catch {
    // Not installed: there are no tables of anyone.
    return undefined;
  }
}
