import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { ServerAccess } from "./raw-client.ts";

const binary = process.env["KUBE_BINARY"] ?? join(import.meta.dir, "..", "..", "dist", "kube");

/** A cluster of the built binary, in a folder of its own. */
export interface BenchCluster extends AsyncDisposable {
  readonly name: string;
  /** What `kube start` took to make and start it. */
  readonly firstStartSeconds: number;
  /** What programs of this cluster find it by. */
  readonly env: Readonly<Record<string, string>>;
  /** The command line of the binary that is measured. */
  command(...args: readonly string[]): readonly string[];
  kube(...args: readonly string[]): Promise<string>;
  pid(): Promise<number>;
  access(): Promise<ServerAccess>;
}

export async function benchCluster(runtime: "docker" | "fake", ...startArgs: readonly string[]): Promise<BenchCluster> {
  const folder = await mkdtemp(join(tmpdir(), "kube-bench-"));
  const name = `bench-${process.pid}-${runtime}`;
  const env = { ...(process.env as Record<string, string>), KUBE_HOME: folder, KUBECONFIG: join(folder, "kubeconfig") };
  const kube = async (...args: readonly string[]): Promise<string> => {
    const child = Bun.spawn([binary, ...args], { env, stdout: "pipe", stderr: "pipe" });
    const [stdout, stderr] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()]);
    if ((await child.exited) !== 0) throw new Error(`kube ${args.join(" ")}: ${stdout}${stderr}`);
    return stdout;
  };
  const status = async (): Promise<{ pid: number; apiServer: string }> =>
    JSON.parse(await kube("status", "--name", name, "-o", "json")) as { pid: number; apiServer: string };
  const begin = performance.now();
  await kube("start", "--name", name, "--runtime", runtime, ...startArgs);
  const firstStartSeconds = (performance.now() - begin) / 1000;
  const pki = join(folder, name, "pki");
  return {
    name,
    firstStartSeconds,
    env,
    command: (...args) => [binary, ...args],
    kube,
    pid: async () => (await status()).pid,
    async access() {
      return {
        port: Number(new URL((await status()).apiServer).port),
        ca: await readFile(join(pki, "ca.crt"), "utf8"),
        cert: await readFile(join(pki, "admin.crt"), "utf8"),
        key: await readFile(join(pki, "admin.key"), "utf8"),
      };
    },
    async [Symbol.asyncDispose]() {
      await kube("delete", "--name", name, "--purge");
      await rm(folder, { recursive: true, force: true });
    },
  };
}
