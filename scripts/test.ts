/**
 * `npm test`: everything that must hold, from a fresh clone. Ends with one line `N passed, N failed`.
 * `--skip-e2e` leaves out what needs a Docker engine.
 */
import { join } from "node:path";

import { ensureKubectl } from "./ensure-kubectl.ts";
import { ensureBusybox, ensureChromium, ensureCurl, ensureDocker, ensureNetfilter, ensureTmux } from "./machine.ts";

const root = join(import.meta.dir, "..");
const skipE2e = process.argv.includes("--skip-e2e");
let passed = 0;
let failed = 0;

if (!skipE2e) {
  await ensureDocker();
  await ensureNetfilter();
  await ensureBusybox();
  await ensureTmux();
  await ensureChromium();
  await ensureCurl();
  process.env["KUBECTL"] ??= await ensureKubectl();
  console.log(`kubectl: ${process.env["KUBECTL"]}`);
}
await command("check", ["npm", "run", "--silent", "check"]);
await tests("unit tests", ["bun", "test", "--timeout=20000", "--randomize", "src"]);
await command("build", ["bun", "scripts/build.ts"]);
if (!skipE2e) await tests("end-to-end tests", ["bun", "test", "--timeout=60000", "e2e"]);

console.log(`\n${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);

/** A command that counts as one test. */
async function command(name: string, args: readonly string[]): Promise<void> {
  console.log(`\n== ${name}`);
  const { exitCode } = await shown(args);
  if (exitCode === 0) passed += 1;
  else failed += 1;
}

/** A run of Bun's tests: its own counts are added. A run that counted nothing has failed. */
async function tests(name: string, args: readonly string[]): Promise<void> {
  console.log(`\n== ${name}`);
  const { exitCode, text } = await shown(args);
  const count = (word: string): number => Number(new RegExp(`^\\s*(\\d+) ${word}$`, "m").exec(text)?.[1] ?? 0);
  passed += count("pass");
  failed += count("fail");
  if ((exitCode !== 0 && count("fail") === 0) || count("pass") === 0) failed += 1;
}

async function shown(args: readonly string[]): Promise<{ exitCode: number; text: string }> {
  const path = `${join(root, "node_modules", ".bin")}:${process.env["PATH"] ?? ""}`;
  const child = Bun.spawn([...args], {
    cwd: root,
    env: { ...process.env, PATH: path },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const chunks: string[] = [];
  const copy = async (from: ReadableStream<Uint8Array>, to: NodeJS.WriteStream): Promise<void> => {
    const decoder = new TextDecoder();
    for await (const chunk of from) {
      to.write(chunk);
      chunks.push(decoder.decode(chunk, { stream: true }));
    }
  };
  await Promise.all([copy(child.stdout, process.stdout), copy(child.stderr, process.stderr)]);
  return { exitCode: await child.exited, text: chunks.join("") };
}
