import { expect, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

test("a command's output reaches a slow reader to its end", async () => {
  const folder = await mkdtemp(join(tmpdir(), "kube-main-"));
  try {
    const file = join(folder, "large");
    await Bun.write(file, "x".repeat(3_000_000));
    const line = `${process.execPath} ${join(import.meta.dir, "main.ts")} create configmap large --from-file=${file} --dry-run=client -o json`;
    const child = Bun.spawn(["sh", "-c", `${line} | (sleep 0.5; wc -c)`], {
      env: { ...process.env, KUBECONFIG: join(folder, "none") },
      stdout: "pipe",
    });
    expect(Number(await new Response(child.stdout).text())).toBeGreaterThan(3_000_000);
  } finally {
    await rm(folder, { recursive: true });
  }
});
