import { once } from "node:events";
import { createReadStream, createWriteStream } from "node:fs";
import { rm, stat } from "node:fs/promises";
import { resolve } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";

import { withLocalImages } from "../../cluster/engine/local-images.ts";
import { UserError } from "../../lib/user-error.ts";
import { ExitError } from "../command.ts";
import type { CliContext } from "../context.ts";
import { TabWriter } from "../printers/tab-writer.ts";
import { imageProgress, megabytes } from "./image-progress.ts";

export const IMAGE_FORMATS = ["short", "table", "json"] as const;

export async function listAllImages(format: (typeof IMAGE_FORMATS)[number], context: CliContext): Promise<void> {
  const images = await withLocalImages(context, async (store) => await store.list());
  const named = images.flatMap((image) => image.tags.map((name) => ({ ...image, name })));
  const sorted = named.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  if (format === "json") context.stdout.write(`${JSON.stringify(images, undefined, 2)}\n`);
  else if (format === "short") context.stdout.write(sorted.map(({ name }) => `${name}\n`).join(""));
  else {
    const table = new TabWriter((text) => context.stdout.write(text));
    table.write("IMAGE\tIMAGE ID\tSIZE\n");
    for (const { name, id, sizeBytes } of sorted)
      table.write(`${name}\t${id.replace(/^sha256:/, "").slice(0, 12)}\t${megabytes(sizeBytes)}\n`);
    table.flush();
  }
}

export async function pullImages(names: readonly string[], context: CliContext): Promise<void> {
  for (const name of names) {
    using progress = imageProgress(`Pulling ${name}`, context);
    // oxlint-disable-next-line no-await-in-loop -- one line shows one pull
    await withLocalImages(context, async (store) => await store.pull(name, progress.onProgress));
    context.stdout.write(`Pulled ${name}\n`);
  }
}

export async function pushImages(names: readonly string[], context: CliContext): Promise<void> {
  for (const name of names) {
    using progress = imageProgress(`Pushing ${name}`, context);
    // oxlint-disable-next-line no-await-in-loop -- one line shows one push
    await withLocalImages(context, async (store) => await store.push(name, progress.onProgress));
    context.stdout.write(`Pushed ${name}\n`);
  }
}

/** An archive is unpacked into the engine. An image that the engine has is there for every pod already. */
export async function loadImages(names: readonly string[], context: CliContext): Promise<void> {
  for (const name of names) {
    // oxlint-disable-next-line no-await-in-loop -- one line shows one load
    const archive = name === "-" ? Readable.from(context.stdin) : await archiveOf(resolve(context.cwd, name));
    // oxlint-disable-next-line no-await-in-loop
    await (archive ? loadArchive(name, archive, context) : checkPresent(name, context));
  }
}

async function loadArchive(name: string, archive: Readable, context: CliContext): Promise<void> {
  using progress = imageProgress(`Loading ${name === "-" ? "the standard input" : name}`, context);
  const loaded = await withLocalImages(context, async (store) => await store.load(archive, progress.onProgress));
  if (loaded.length === 0) throw new UserError(`There is no image in ${name === "-" ? "the standard input" : name}`);
  for (const image of loaded) context.stdout.write(`Loaded ${image}\n`);
}

async function archiveOf(path: string): Promise<Readable | undefined> {
  const found = await stat(path).catch(() => undefined);
  return found?.isFile() ? createReadStream(path) : undefined;
}

async function checkPresent(name: string, context: CliContext): Promise<void> {
  const image = await withLocalImages(context, async (store) => await store.find(name));
  if (!image) {
    throw new UserError(`${name} is neither a file nor an image of this machine's Docker`, {
      hint: `From a registry: kube image pull ${name}`,
    });
  }
  context.stdout.write(`${name} is in this machine's Docker, so pods have it: nothing needs to be loaded\n`);
}

/** To a file, or to the standard output. */
export async function saveImage(name: string, target: string | undefined, context: CliContext): Promise<void> {
  const isFile = target !== undefined && target !== "-";
  if (!isFile && context.stdout.isTTY === true)
    throw new UserError("An archive is nothing for a terminal", { hint: `kube image save ${name} FILE` });
  const path = resolve(context.cwd, target ?? "");
  await withLocalImages(context, async (store) => {
    const archive = Readable.from(await store.save(name));
    if (!isFile) {
      for await (const chunk of archive) if (!context.stdout.write(chunk)) await once(context.stdout, "drain");
      return;
    }
    try {
      await pipeline(archive, createWriteStream(path), { signal: context.signal });
    } catch (error) {
      // Half an archive must not look like one.
      await rm(path, { force: true });
      throw new UserError(`Cannot write ${path}: ${error instanceof Error ? error.message : String(error)}`, {
        cause: error,
      });
    }
  });
  if (isFile) context.stdout.write(`Saved ${name} to ${target}\n`);
}

export async function removeImages(names: readonly string[], force: boolean, context: CliContext): Promise<void> {
  await withLocalImages(context, async (store) => {
    for (const name of names) {
      // oxlint-disable-next-line no-await-in-loop -- told in their order
      for (const line of await store.remove(name, { force })) context.stdout.write(`${line}\n`);
    }
  });
}

export async function tagImage(source: string, target: string, context: CliContext): Promise<void> {
  await withLocalImages(context, async (store) => await store.tag(source, target));
  context.stdout.write(`Tagged ${source} as ${target}\n`);
}

/** The docker command knows how to build: with BuildKit, its cache and .dockerignore. */
export async function buildImage(args: readonly string[], context: CliContext): Promise<void> {
  const docker = Bun.which("docker", { PATH: context.env["PATH"] ?? "" });
  if (docker === null) {
    throw new UserError("Images are built by the docker command, and it is not on PATH", {
      hint: "Install Docker's command line (on Debian: sudo apt-get install docker.io)",
    });
  }
  const child = Bun.spawn([docker, "build", ...args], {
    cwd: context.cwd,
    env: { ...context.env },
    stdio: ["inherit", "inherit", "inherit"],
  });
  const exitCode = await child.exited;
  if (exitCode !== 0) throw new ExitError(exitCode);
}
