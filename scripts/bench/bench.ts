/**
 * Measures the built binary: `bun scripts/bench/bench.ts [start] [idle] [api] [pods] [density] [dashboard] [network] [scheduling] [ingress]
 * [--json FILE]`; without names all of them but ingress, which takes wrk and nginx. The figures of one run belong together: machines differ and
 * are noisy.
 */
import { parseArgs } from "node:util";

import { apiFigures } from "./api.ts";
import { benchCluster } from "./bench-cluster.ts";
import { dashboardFigures } from "./dashboard.ts";
import { deploymentFigures, densityFigures } from "./density.ts";
import { type Figure, figureTable } from "./figures.ts";
import { idleFigures } from "./idle.ts";
import { ingressFigures } from "./ingress.ts";
import { networkFigures, userspaceFigures } from "./network.ts";
import { podFigures } from "./pods.ts";
import { SCHEDULING_SIZES, schedulingFigures } from "./scheduling.ts";
import { startFigures } from "./start.ts";

const { values, positionals } = parseArgs({ options: { json: { type: "string" } }, allowPositionals: true });
/** Of what this machine may not have the programs for. */
const isNamed = (name: string): boolean => positionals.includes(name);
const isWanted = (name: string): boolean => positionals.length === 0 || positionals.includes(name);
const figures: Figure[] = [];

if (["start", "idle", "pods", "density"].some(isWanted)) {
  await using cluster = await benchCluster("docker");
  if (isWanted("start")) figures.push(...(await startFigures(cluster)));
  if (isWanted("idle")) figures.push(...(await idleFigures(cluster)));
  if (isWanted("pods")) figures.push(...(await podFigures(cluster)));
  if (isWanted("density")) figures.push(...(await densityFigures(cluster)));
}
if (isWanted("dashboard")) {
  await using cluster = await benchCluster("fake");
  figures.push(...(await dashboardFigures(cluster)));
}
if (isWanted("network")) {
  {
    await using cluster = await benchCluster("docker");
    figures.push(...(await networkFigures(cluster)));
  }
  await using userspace = await benchCluster("docker", "--proxy-mode", "userspace");
  figures.push(...(await userspaceFigures(userspace)));
}
if (isNamed("ingress")) {
  await using cluster = await benchCluster("docker");
  figures.push(...(await ingressFigures(cluster)));
}
if (isWanted("api")) {
  await using cluster = await benchCluster("fake");
  figures.push(...(await apiFigures(cluster)));
}
if (isWanted("scheduling")) {
  await using cluster = await benchCluster("fake");
  figures.push(...(await deploymentFigures(cluster)));
}
for (const size of isWanted("scheduling") ? SCHEDULING_SIZES : []) {
  await using cluster = await benchCluster("fake");
  figures.push(...(await schedulingFigures(cluster, size)));
}

console.log(figureTable(figures));
if (values.json !== undefined) await Bun.write(values.json, `${JSON.stringify(figures, undefined, 2)}\n`);
