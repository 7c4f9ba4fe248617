/** A real kubectl for the end-to-end tests. */
import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { hasApt, isRoot, output, run } from "./machine.ts";

/** The tests use what this version brought: `--subresource` with every patch. Debian 12's own is of 2021. */
const OLDEST_MINOR = 31;
const SUITE = "trixie";
const folder = join(import.meta.dir, "..", "node_modules", ".cache", "kubectl");

/** The path of one that is new enough: the one on PATH, or Debian's of a newer suite, unpacked beside the dependencies and not installed. */
export async function ensureKubectl(): Promise<string> {
  const present = Bun.which("kubectl");
  if (present !== null && (await isNewEnough(present))) return present;
  const unpacked = join(folder, "root", "usr", "bin", "kubectl");
  if (existsSync(unpacked)) return unpacked;
  const problem = present === null ? "kubectl is missing" : `${present} is older than v1.${OLDEST_MINOR}`;
  if (!isRoot || !hasApt)
    throw new Error(`${problem}. Put a newer one on PATH: https://kubernetes.io/docs/tasks/tools/`);
  console.log(`${problem}: unpacking that of Debian ${SUITE} into ${folder} ...`);
  await unpackFromDebian();
  return unpacked;
}

async function isNewEnough(path: string): Promise<boolean> {
  const version = JSON.parse((await output([path, "version", "--client", "-o", "json"])) ?? "{}") as ClientVersion;
  return Number.parseInt(version.clientVersion?.minor ?? "0", 10) >= OLDEST_MINOR;
}

interface ClientVersion {
  readonly clientVersion?: { readonly minor?: string };
}

/** Apt checks signatures; lists and sources of the system stay as they are. */
async function unpackFromDebian(): Promise<void> {
  const [lists, sources] = [join(folder, "lists"), join(folder, "sources.list")];
  await mkdir(join(lists, "partial"), { recursive: true });
  await writeFile(sources, `deb http://deb.debian.org/debian ${SUITE} main\n`);
  const options = [`Dir::Etc::SourceList=${sources}`, "Dir::Etc::SourceParts=/dev/null", `Dir::State::Lists=${lists}`];
  const apt = ["apt-get", "-qq", ...options.flatMap((option) => ["-o", option])];
  await run([...apt, "update"], { cwd: folder });
  await run([...apt, "download", "kubectl"], { cwd: folder });
  const [archive] = [...new Bun.Glob("kubectl_*.deb").scanSync(folder)];
  await run(["dpkg-deb", "-x", join(folder, archive ?? ""), join(folder, "root")]);
}
