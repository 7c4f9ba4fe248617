import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, open, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";

/**
 * What a registry keeps, in a folder: blobs by their digest, shared by all repositories, and for each repository its manifests and tags. Files
 * get their names only when they are whole, so that a crash leaves nothing that looks like an image and is none.
 */
export class BlobFolder {
  readonly #root: string;

  constructor(root: string) {
    this.#root = root;
  }

  async blobSize(digest: string): Promise<number | undefined> {
    return (await stat(this.#blob(digest)).catch(() => undefined))?.size;
  }

  readBlob(digest: string): ReadableStream {
    return Bun.file(this.#blob(digest)).stream();
  }

  /** A new upload; its name stands in the addresses of its requests. */
  async beginUpload(): Promise<string> {
    const id = crypto.randomUUID();
    await mkdir(join(this.#root, "uploads"), { recursive: true, mode: 0o700 });
    await writeFile(this.#upload(id), "");
    return id;
  }

  async uploadSize(id: string): Promise<number | undefined> {
    return UPLOAD_ID.test(id) ? (await stat(this.#upload(id)).catch(() => undefined))?.size : undefined;
  }

  /** Adds to an upload as it arrives. Returns its size. */
  async append(id: string, body: ReadableStream<Uint8Array> | null): Promise<number> {
    await using file = await open(this.#upload(id), "a");
    for await (const chunk of body ?? []) await file.appendFile(chunk);
    return (await file.stat()).size;
  }

  /** False when the bytes are not those of the digest; the upload is gone either way. */
  async finishUpload(id: string, digest: string): Promise<boolean> {
    const path = this.#upload(id);
    const hash = createHash("sha256");
    for await (const chunk of createReadStream(path)) hash.update(chunk as Uint8Array);
    if (`sha256:${hash.digest("hex")}` !== digest) {
      await rm(path, { force: true });
      return false;
    }
    await mkdir(join(this.#root, "blobs"), { recursive: true, mode: 0o700 });
    await rename(path, this.#blob(digest));
    return true;
  }

  async abandonUpload(id: string): Promise<void> {
    await rm(this.#upload(id), { force: true });
  }

  async deleteBlob(digest: string): Promise<void> {
    await rm(this.#blob(digest), { force: true });
  }

  /** By tag or digest. */
  async readManifest(repository: string, reference: string): Promise<StoredManifest | undefined> {
    const digest = isDigest(reference) ? reference : await this.#text(this.#tag(repository, reference));
    if (digest === undefined) return undefined;
    const text = await this.#text(this.#manifest(repository, digest));
    // Written by writeManifest only.
    return text === undefined ? undefined : { ...(JSON.parse(text) as Omit<StoredManifest, "digest">), digest };
  }

  /** Returns its digest. */
  async writeManifest(
    repository: string,
    reference: string,
    manifest: { type: string; body: string },
  ): Promise<string> {
    const digest = digestOf(manifest.body);
    await this.#write(this.#manifest(repository, digest), JSON.stringify(manifest));
    if (!isDigest(reference)) await this.#write(this.#tag(repository, reference), digest);
    return digest;
  }

  /** A tag alone, or a manifest with the tags that mean it. False: there is none. */
  async deleteManifest(repository: string, reference: string): Promise<boolean> {
    const found = await this.readManifest(repository, reference);
    if (!found) return false;
    if (!isDigest(reference)) {
      await rm(this.#tag(repository, reference), { force: true });
      return true;
    }
    for (const tag of await this.tags(repository)) {
      if ((await this.#text(this.#tag(repository, tag))) === reference)
        await rm(this.#tag(repository, tag), { force: true });
    }
    await rm(this.#manifest(repository, reference), { force: true });
    return true;
  }

  async tags(repository: string): Promise<readonly string[]> {
    const names = await readdir(join(this.#repository(repository), "_tags")).catch(() => []);
    return names.filter((name) => !name.endsWith(NEW)).toSorted();
  }

  async repositories(): Promise<readonly string[]> {
    const found = await readdir(join(this.#root, "repositories"), { recursive: true }).catch(() => []);
    return found
      .flatMap((path) => (path.endsWith("/_manifests") ? [path.slice(0, -"/_manifests".length)] : []))
      .toSorted();
  }

  #blob(digest: string): string {
    return join(this.#root, "blobs", digest.replace(":", "-"));
  }

  #upload(id: string): string {
    return join(this.#root, "uploads", id);
  }

  #repository(name: string): string {
    return join(this.#root, "repositories", name);
  }

  #manifest(repository: string, digest: string): string {
    return join(this.#repository(repository), "_manifests", digest.replace(":", "-"));
  }

  #tag(repository: string, tag: string): string {
    return join(this.#repository(repository), "_tags", tag);
  }

  async #text(path: string): Promise<string | undefined> {
    return await readFile(path, "utf8").catch(() => undefined);
  }

  async #write(path: string, text: string): Promise<void> {
    await mkdir(join(path, ".."), { recursive: true, mode: 0o700 });
    await writeFile(`${path}${NEW}`, text);
    await rename(`${path}${NEW}`, path);
  }
}

export interface StoredManifest {
  readonly type: string;
  readonly body: string;
  readonly digest: string;
}

const NEW = "~new";
const UPLOAD_ID = /^[0-9a-f-]{36}$/;

export const isDigest = (text: string): boolean => /^sha256:[0-9a-f]{64}$/.test(text);

const digestOf = (body: string): string => `sha256:${createHash("sha256").update(body).digest("hex")}`;
