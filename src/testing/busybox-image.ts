import { existsSync } from "node:fs";
import { readFile, realpath } from "node:fs/promises";
import { dirname, join } from "node:path";
import { Readable } from "node:stream";

import type Docker from "dockerode";
import { pack, type Header, type Pack } from "tar-stream";

/** A small image with a shell and the usual commands, for what must run without a registry. */
export interface BusyboxImage {
  /** `kube-test:1` */
  readonly name: string;
  readonly command: readonly string[];
  /** Besides busybox and its libraries. */
  readonly files?: readonly ImageFile[];
  readonly user?: string;
}

interface ImageFile {
  readonly path: string;
  readonly text: string;
  readonly mode?: number;
}

/** Debian's package `busybox`, the one with shared libraries: the static one cannot look up names. */
const BUSYBOX = "/bin/busybox";

/** What the C library opens by name when something looks up a host or a user. */
const NAME_SERVICE_LIBRARIES = ["libnss_dns.so.2", "libnss_files.so.2"];

const BASE_FILES: readonly ImageFile[] = [
  { path: "etc/nsswitch.conf", text: "hosts: files dns\npasswd: files\ngroup: files\n" },
  { path: "etc/passwd", text: "root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/false\n" },
  { path: "etc/group", text: "root:x:0:\nnogroup:x:65534:\n" },
];

/** Makes the image from files of this machine, in well under a second; the engine keeps it under `name`. */
export async function importBusyboxImage(docker: Docker, image: BusyboxImage): Promise<void> {
  if (!existsSync(BUSYBOX)) throw new Error(`${BUSYBOX} is missing: install Debian's package busybox`);
  const archive = pack();
  const written = writeImage(archive, image);
  const [repo, tag] = image.name.split(":");
  const changes = [
    `CMD ${JSON.stringify(image.command)}`,
    "ENV PATH=/bin",
    ...(image.user === undefined ? [] : [`USER ${image.user}`]),
  ];
  const progress = await docker.importImage(Readable.from(archive), { repo, tag, changes });
  await written;
  const answer = await Readable.from(progress).map(String).toArray();
  const failure = answer.find((line) => line.includes('"error"'));
  if (failure !== undefined) throw new Error(`Cannot import image ${image.name}: ${failure}`);
}

async function writeImage(archive: Pack, { files = [] }: BusyboxImage): Promise<void> {
  for (const name of ["bin", "dev", "etc", "proc", "root", "sys", "var"]) {
    await add(archive, { name, type: "directory", mode: 0o755 });
  }
  await add(archive, { name: "tmp", type: "directory", mode: 0o1777 });
  await add(archive, { name: "bin/busybox", mode: 0o755 }, await readFile(BUSYBOX));
  for (const applet of await run([BUSYBOX, "--list"])) {
    if (applet !== "busybox") await add(archive, { name: `bin/${applet}`, type: "symlink", linkname: "busybox" });
  }
  for (const library of await libraries()) {
    await add(archive, { name: library.slice(1), mode: 0o755 }, await readFile(await realpath(library)));
  }
  for (const { path, text, mode = 0o644 } of [...BASE_FILES, ...files]) {
    await add(archive, { name: path, mode }, Buffer.from(text));
  }
  archive.finalize();
}

/** At the paths where the dynamic linker looks for them. */
async function libraries(): Promise<readonly string[]> {
  const linked = (await run(["ldd", BUSYBOX])).flatMap((line) => /(\/\S+) \(0x/.exec(line)?.[1] ?? []);
  const libc = linked.find((path) => path.endsWith("/libc.so.6"));
  if (libc === undefined) throw new Error(`${BUSYBOX} has no shared libraries: install Debian's package busybox`);
  return [...linked, ...NAME_SERVICE_LIBRARIES.map((name) => join(dirname(libc), name))];
}

async function run(command: readonly string[]): Promise<readonly string[]> {
  const output = await new Response(Bun.spawn([...command]).stdout).text();
  return output.split("\n").filter((line) => line !== "");
}

/** Times are fixed, so that the same files make the same layer. */
function add(archive: Pack, headers: Partial<Header> & { readonly name: string }, content?: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    const done = (error?: Error | null): void => (error ? reject(error) : resolve());
    const entry = { ...headers, mtime: new Date(0) };
    if (content) archive.entry(entry, content, done);
    else archive.entry(entry, done);
  });
}
