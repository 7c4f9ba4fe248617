import type { BenchCluster } from "./bench-cluster.ts";
import { type Figure, median } from "./figures.ts";

const ROUNDS = 7;
const IMAGE = "kube-hello:1";

/** A pod from its creation to Running, and two bare containers in turn with it, so that both see the same machine. */
export async function podFigures(cluster: BenchCluster): Promise<readonly Figure[]> {
  const podMs: number[] = [];
  const bareMs: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    bareMs.push(await bareContainers());
    podMs.push(await pod(cluster, `bench-${round}`));
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

async function pod(cluster: BenchCluster, name: string): Promise<number> {
  const manifest = {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name },
    spec: { terminationGracePeriodSeconds: 0, containers: [{ name: "web", image: IMAGE }] },
  };
  const begin = performance.now();
  const child = Bun.spawn(["kubectl", "create", "-f", "-"], {
    env: cluster.env,
    stdin: Buffer.from(JSON.stringify(manifest)),
    stdout: "ignore",
  });
  await child.exited;
  const created = performance.now();
  await shell(
    ["kubectl", "wait", `pod/${name}`, "--for=jsonpath={.status.phase}=Running", "--timeout=60s"],
    cluster.env,
  );
  const elapsed = performance.now() - created;
  await shell(["kubectl", "delete", "pod", name, "--wait=true"], cluster.env);
  // kubectl's own time to create is not the cluster's: from its end, half of it had already passed.
  return elapsed + (created - begin) / 2;
}

async function bareContainers(): Promise<number> {
  const begin = performance.now();
  const ids: string[] = [];
  for (let index = 0; index < 2; index++) ids.push((await shell(["docker", "run", "-d", IMAGE], {})).trim());
  const elapsed = performance.now() - begin;
  await shell(["docker", "rm", "-f", ...ids], {});
  return elapsed;
}

async function shell(command: readonly string[], env: Record<string, string>): Promise<string> {
  const child = Bun.spawn([...command], { env: { ...process.env, ...env }, stdout: "pipe", stderr: "pipe" });
  const [stdout, stderr] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()]);
  if ((await child.exited) !== 0) throw new Error(`${command.join(" ")}: ${stdout}${stderr}`);
  return stdout;
}
