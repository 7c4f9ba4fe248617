/** `npm start`: from a fresh clone to an app that answers. */
import { join } from "node:path";

import { ensureDocker, ensureNetfilter, run } from "./machine.ts";

const root = join(import.meta.dir, "..");
const kube = join(root, "dist", "kube");

try {
  await ensureDocker();
  await ensureNetfilter();
  await run(["bun", join(root, "scripts", "build.ts")], { env: withBun() });
  await run(["bun", join(root, "scripts", "example-image.ts")], { env: withBun() });
  await run([kube, "start"]);
  await run([kube, "apply", "-f", join(root, "examples", "hello")]);
  await run([kube, "rollout", "status", "deployment/hello", "--timeout=60s"]);
  const url = await waitForAnswer("http://localhost:30080/");
  console.log("");
  await run([kube, "get", "deployments,pods,services", "--context", "kube"]);
  console.log(`
hello answers at ${url}

Try next:
  dist/kube get pods -o wide
  dist/kube logs -l app=hello --tail 5
  dist/kube scale deployment/hello --replicas 5
  dist/kube dashboard          everything at a glance, live
  kubectl get nodes            any kubectl works: the context "kube" is in your kubeconfig
  dist/kube stop               keeps everything; "dist/kube start" brings it back
  dist/kube delete             removes the cluster`);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}

/** Bun's folder on PATH: the machine need not have it installed. */
function withBun(): Record<string, string | undefined> {
  return { ...process.env, PATH: `${join(root, "node_modules", ".bin")}:${process.env["PATH"] ?? ""}` };
}

async function waitForAnswer(url: string): Promise<string> {
  const deadline = Date.now() + 30_000;
  for (;;) {
    const answer = await fetch(url, { signal: AbortSignal.timeout(2000) }).catch((error: unknown) => error);
    if (answer instanceof Response && answer.ok) {
      console.log(`\n$ curl ${url}\n${(await answer.text()).trimEnd()}`);
      return url;
    }
    if (Date.now() > deadline) throw new Error(`${url} did not answer within 30 s: ${String(answer)}`);
    await Bun.sleep(100);
  }
}
