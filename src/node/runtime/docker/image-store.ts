import type { Readable } from "node:stream";

import type { Clock } from "../../../lib/time/clock.ts";
import { userCredentials } from "../../images/user-credentials.ts";
import { parseImageReference } from "../image-reference.ts";
import { connectDocker } from "./docker-runtime.ts";
import { engineError } from "./engine-error.ts";
import { inspectImage, listImages } from "./images.ts";
import { jsonLines } from "./json-lines.ts";

/** A step of a pull, push or load, as the engine tells it. */
export interface ImageProgress {
  readonly status: string;
  /** Of the layer it is about. */
  readonly layer: string | undefined;
  readonly currentBytes: number | undefined;
  readonly totalBytes: number | undefined;
}

type OnProgress = (progress: ImageProgress) => void;

/** The images of this machine's engine, as the user works with them. */
export interface ImageStore extends Disposable {
  list(): ReturnType<typeof listImages>;
  find(reference: string): ReturnType<typeof inspectImage>;
  pull(reference: string, onProgress: OnProgress): Promise<void>;
  push(reference: string, onProgress: OnProgress): Promise<void>;
  tag(source: string, target: string): Promise<void>;
  /** What of it is gone: names and layers. */
  remove(reference: string, options: { readonly force: boolean }): Promise<readonly string[]>;
  /** Returns the names of what was in the archive. */
  load(archive: Readable, onProgress: OnProgress): Promise<readonly string[]>;
  save(reference: string): Promise<NodeJS.ReadableStream>;
}

export async function openImageStore(clock: Clock, signal: AbortSignal): Promise<ImageStore> {
  const connection = await connectDocker(clock);
  const { docker } = connection;
  /** Lasts as long as the registry or the disk needs: only the user ends it. */
  const lasting = <T>(what: string, run: (abortSignal: AbortSignal) => Promise<T>): Promise<T> =>
    connection.call(what, run, { signal, timeoutMs: Infinity });
  return {
    list: () => listImages(connection),
    find: (reference) => inspectImage(connection, reference),
    async pull(reference, onProgress) {
      const { repository, tag, digest } = parseImageReference(reference);
      const login = await authentication(reference);
      await lasting(`Pulling image "${reference}"`, async (abortSignal) => {
        const options = { fromImage: repository, tag: digest ?? tag, abortSignal };
        await follow(await docker.createImage(login, options), onProgress);
      });
    },
    async push(reference, onProgress) {
      const { repository, tag } = parseImageReference(reference);
      // A registry that needs no login gets an empty one: the engine insists on the header.
      const authconfig = (await authentication(reference)) ?? { username: "", password: "", serveraddress: "" };
      await lasting(`Pushing image "${reference}"`, async (abortSignal) => {
        const image = docker.getImage(repository);
        await follow(await image.push({ authconfig, tag, abortSignal }), onProgress);
      });
    },
    async tag(source, target) {
      const { repository, tag } = parseImageReference(target);
      await connection.call("Tagging an image", () =>
        docker.getImage(source).tag({ repo: repository, tag: tag ?? "latest" }),
      );
    },
    async remove(reference, { force }) {
      const gone = (await lasting("Removing an image", () =>
        docker.getImage(reference).remove({ force }),
      )) as readonly Removal[];
      return gone.map(({ Untagged, Deleted }) =>
        Untagged === undefined ? `Deleted: ${Deleted}` : `Untagged: ${Untagged}`,
      );
    },
    async load(archive, onProgress) {
      const names: string[] = [];
      await lasting("Loading images", async (abortSignal) => {
        await follow(await docker.loadImage(archive, { abortSignal }), (progress) => {
          const name = /^Loaded image(?: ID)?: (\S+)/.exec(progress.status)?.[1];
          if (name === undefined) onProgress(progress);
          else names.push(name);
        });
      });
      return names;
    },
    save: (reference) => lasting(`Saving image "${reference}"`, () => docker.getImage(reference).get()),
    [Symbol.dispose]: () => connection[Symbol.dispose](),
  };
}

interface Removal {
  readonly Untagged?: string;
  readonly Deleted?: string;
}

async function authentication(reference: string) {
  const login = await userCredentials(reference);
  return login && { username: login.username, password: login.password, serveraddress: login.serverAddress };
}

/** Failures after the first byte come as a line of the answer, whose status was 200. */
async function follow(stream: NodeJS.ReadableStream, onProgress: OnProgress): Promise<void> {
  for await (const line of jsonLines(stream)) {
    if (typeof line["error"] === "string")
      throw engineError(Object.assign(new Error(line["error"]), { statusCode: 500, json: { message: line["error"] } }));
    const { current, total } = (line["progressDetail"] ?? {}) as { readonly current?: number; readonly total?: number };
    const text = line["status"] ?? line["stream"];
    onProgress({
      status: typeof text === "string" ? text.trim() : "",
      layer: typeof line["id"] === "string" ? line["id"] : undefined,
      currentBytes: current,
      totalBytes: total,
    });
  }
}
