import type { BenchCluster } from "./bench-cluster.ts";
import { type Figure, median } from "./figures.ts";
import { type RawConnection, rawConnection, type ServerAccess } from "./raw-client.ts";
import { watchText } from "./watch-text.ts";

const ROUNDS = 7;
const BURST = 50;
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
    { name: "pod / two bare containers", value: median(podMs) / median(bareMs), unit: "x", aim: 1.2, better: "lower" },
    ...(await burstFigures(access)),
  ];
}

/** Many at once: first bare containers, then pods, which are a sandbox and a container each. */
async function burstFigures(access: ServerAccess): Promise<readonly Figure[]> {
  const bareBegin = performance.now();
  const ids = await Promise.all(
    Array.from({ length: BURST * 2 }, async () => (await shell(["docker", "run", "-d", IMAGE])).trim()),
  );
  const bareSeconds = (performance.now() - bareBegin) / 1000;
  await shell(["docker", "rm", "-f", ...ids]);
  const connections = await Promise.all(Array.from({ length: BURST }, async () => await rawConnection(access)));
  try {
    const begin = performance.now();
    await Promise.all(connections.map(async (connection, index) => await createPod(connection, `burst-${index}`)));
    await Promise.all(
      connections.map(async (_, index) => await watchText(access, watchOf(`burst-${index}`), '"phase":"Running"')),
    );
    const seconds = (performance.now() - begin) / 1000;
    await Promise.all(connections.map(async (connection, index) => await removePod(connection, `burst-${index}`)));
    return [
      { name: `${BURST} pods at once to Running`, value: seconds, unit: "s", better: "lower" },
      {
        name: `${BURST} pods / ${BURST * 2} bare containers, at once`,
        value: seconds / bareSeconds,
        unit: "x",
        aim: 1.2,
        better: "lower",
        note: `which took ${bareSeconds.toFixed(1)} s`,
      },
    ];
  } finally {
    for (const connection of connections) connection[Symbol.dispose]();
  }
}

async function pod(access: ServerAccess, name: string): Promise<number> {
  using connection = await rawConnection(access);
  const begin = performance.now();
  await createPod(connection, name);
  await watchText(access, watchOf(name), '"phase":"Running"');
  const elapsed = performance.now() - begin;
  // The pod is gone before the next pair of containers is measured.
  await removePod(connection, name);
  return elapsed;
}

const watchOf = (name: string): string => `${PODS}?watch=1&fieldSelector=metadata.name%3D${name}`;

async function createPod(connection: RawConnection, name: string): Promise<void> {
  const manifest = {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name },
    spec: { terminationGracePeriodSeconds: 0, containers: [{ name: "web", image: IMAGE }] },
  };
  const status = await connection.request(`POST ${PODS}`, JSON.stringify(manifest));
  if (status !== 201) throw new Error(`The creation of pod ${name} answered ${status}`);
}

async function removePod(connection: RawConnection, name: string): Promise<void> {
  await connection.request(`DELETE ${PODS}/${name}`);
  while ((await connection.request(`GET ${PODS}/${name}`)) !== 404) await Bun.sleep(20);
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
