import type { BenchCluster } from "./bench-cluster.ts";
import { type Figure, median } from "./figures.ts";
import { rawConnection, type ServerAccess } from "./raw-client.ts";
import { watchText } from "./watch-text.ts";

const ROUNDS = 7;
const IMAGE = "kube-hello:1";
const PODS = "/api/v1/namespaces/default/pods";

/** A pod from its creation to Running, and two bare containers in turn with it, so that both see the same machine. */
export async function podFigures(cluster: BenchCluster): Promise<readonly Figure[]> {
  const access = await cluster.access();
  const podMs: number[] = [];
  const bareMs: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    bareMs.push(await bareContainers());
    podMs.push(await pod(access, `bench-${round}`));
  }
  return [
    {
      name: "pod to Running",
      value: median(podMs),
      unit: "ms",
      better: "lower",
      note: `median of ${ROUNDS}, image present`,
    },
    {
      name: "two bare docker run -d",
      value: median(bareMs),
      unit: "ms",
      better: "lower",
      note: "in turn with the pods",
    },
    { name: "pod / two bare containers", value: median(podMs) / median(bareMs), unit: "x", aim: 1.5, better: "lower" },
  ];
}

async function pod(access: ServerAccess, name: string): Promise<number> {
  using connection = await rawConnection(access);
  const manifest = {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name },
    spec: { terminationGracePeriodSeconds: 0, containers: [{ name: "web", image: IMAGE }] },
  };
  const begin = performance.now();
  const status = await connection.request(`POST ${PODS}`, JSON.stringify(manifest));
  if (status !== 201) throw new Error(`The creation of pod ${name} answered ${status}`);
  await watchText(access, `${PODS}?watch=1&fieldSelector=metadata.name%3D${name}`, '"phase":"Running"');
  const elapsed = performance.now() - begin;
  // The pod is gone before the next pair of containers is measured.
  await connection.request(`DELETE ${PODS}/${name}`);
  while ((await connection.request(`GET ${PODS}/${name}`)) !== 404) await Bun.sleep(20);
  return elapsed;
}

async function bareContainers(): Promise<number> {
  const begin = performance.now();
  const ids: string[] = [];
  for (let index = 0; index < 2; index++) ids.push((await shell(["docker", "run", "-d", IMAGE])).trim());
  const elapsed = performance.now() - begin;
  await shell(["docker", "rm", "-f", ...ids]);
  return elapsed;
}

async function shell(command: readonly string[]): Promise<string> {
  const child = Bun.spawn([...command], { stdout: "pipe", stderr: "pipe" });
  const [stdout, stderr] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()]);
  if ((await child.exited) !== 0) throw new Error(`${command.join(" ")}: ${stdout}${stderr}`);
  return stdout;
}
