import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { type Output, run, type RunOptions, succeed } from "./run.ts";

const root = join(import.meta.dir, "..", "..");

/** The built binary: `npm run build` makes it. */
export const kubeBinary = process.env["KUBE_BINARY"] ?? join(root, "dist", "kube");
export const examples = join(root, "examples");

/** A place of its own for clusters: own state, own kubeconfig, nothing of the user's is touched. */
export interface TestHome extends AsyncDisposable {
  readonly folder: string;
  readonly kubeconfig: string;
  readonly env: Readonly<Record<string, string>>;
  kube(args: readonly string[], options?: RunOptions): Promise<Output>;
}

export async function testHome(): Promise<TestHome> {
  const folder = await mkdtemp(join(tmpdir(), "kube-e2e-"));
  const kubeconfig = join(folder, "kubeconfig");
  const env = { KUBE_HOME: join(folder, "clusters"), KUBECONFIG: kubeconfig, HOME: folder };
  const kube = async (args: readonly string[], options: RunOptions = {}): Promise<Output> =>
    await run([kubeBinary, ...args], { ...options, env: { ...env, ...options.env } });
  return {
    folder,
    kubeconfig,
    env,
    kube,
    async [Symbol.asyncDispose]() {
      const list = await kube(["list", "-o", "json"]);
      // The program's own output, checked by the test of `kube list`.
      for (const { name } of JSON.parse(list.stdout || "[]") as { name: string }[])
        await kube(["delete", "--name", name, "--purge"]);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** A running cluster that is gone when the test is. */
export interface TestCluster extends TestHome {
  readonly name: string;
  /** Any kubectl, against this cluster; throws when it fails. */
  kubectl(...args: readonly string[]): Promise<string>;
  tryKubectl(args: readonly string[], options?: RunOptions & { readonly kubectl?: string }): Promise<Output>;
}

let clusters = 0;

export async function startTestCluster(startArgs: readonly string[] = []): Promise<TestCluster> {
  const home = await testHome();
  // Docker is shared by everything on the machine, so the name is ours alone.
  const name = `e2e-${process.pid}-${++clusters}`;
  const started = await home.kube(["start", "--name", name, ...startArgs]);
  if (started.exitCode !== 0) {
    await home[Symbol.asyncDispose]();
    throw new Error(`kube start failed:\n${started.stdout}\n${started.stderr}`);
  }
  const realKubectl = kubectlPath();
  return {
    ...home,
    name,
    kubectl: async (...args) => await succeed([realKubectl, ...args], { env: home.env }),
    tryKubectl: async (args, options = {}) =>
      await run([options.kubectl ?? realKubectl, ...args], { ...options, env: { ...home.env, ...options.env } }),
  };
}

/** A real kubectl; `npm test` sees to one. */
export function kubectlPath(): string {
  const path = process.env["KUBECTL"] ?? Bun.which("kubectl");
  if (!path) throw new Error("kubectl is not on PATH: npm test installs it");
  return path;
}
