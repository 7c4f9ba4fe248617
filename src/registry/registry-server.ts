import { type Context, Hono } from "hono";

import { BlobFolder, isDigest } from "./blob-folder.ts";

/**
 * A registry of images over a folder: what `docker push` and `docker pull` need of the OCI distribution specification, and the lists and
 * deletions of it. It knows no users: it is for localhost and the pods of one cluster.
 */
export function registryApp(root: string): Hono {
  const folder = new BlobFolder(root);
  const app = new Hono();
  app.get("/v2/", () => Response.json({}, { headers: VERSION }));
  app.get("/v2/_catalog", async () => Response.json({ repositories: await folder.repositories() }));
  // Repositories have slashes in their names, so the parts are found from the end.
  app.all("/v2/*", async (c) => {
    const address = parseAddress(c.req.path.slice("/v2/".length));
    if (!address) return problem(404, "NAME_UNKNOWN", "there is nothing at this address");
    if (address.part === "tags") {
      return c.req.method === "GET" ? await listTags(folder, address.repository) : notAllowed();
    }
    if (address.part === "manifests") return await manifest(folder, address, c);
    if (address.part === "blobs") return await blob(folder, address, c);
    return await upload(folder, address, c);
  });
  return app;
}

type Part = "manifests" | "blobs" | "uploads" | "tags";

interface Address {
  readonly repository: string;
  readonly part: Part;
  /** A tag, a digest, the name of an upload. */
  readonly reference: string;
}

const VERSION = { "Docker-Distribution-Api-Version": "registry/2.0" };
const REPOSITORY = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*$/;
const TAG = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/;
const FORM = /^(.+?)\/(?:(manifests)\/([^/]+)|(blobs)\/(sha256:[^/]+)|blobs\/(uploads)\/?([^/]*)|(tags)\/list)$/;

export function parseAddress(path: string): Address | undefined {
  const match = FORM.exec(decodeURIComponent(path));
  if (!match) return undefined;
  const [, repository = "", manifests, ofManifest, blobs, ofBlob, uploads, ofUpload, tags] = match;
  const part = (manifests ?? blobs ?? uploads ?? tags) as Part;
  const reference = ofManifest ?? ofBlob ?? ofUpload ?? "";
  const isKnown =
    part === "blobs" ? isDigest(reference) : part !== "manifests" || isDigest(reference) || TAG.test(reference);
  return REPOSITORY.test(repository) && isKnown ? { repository, part, reference } : undefined;
}

async function listTags(folder: BlobFolder, repository: string): Promise<Response> {
  return Response.json({ name: repository, tags: await folder.tags(repository) });
}

async function manifest(folder: BlobFolder, { repository, reference }: Address, c: Context): Promise<Response> {
  switch (c.req.method) {
    case "GET":
    case "HEAD": {
      const found = await folder.readManifest(repository, reference);
      if (!found) return problem(404, "MANIFEST_UNKNOWN", `${repository} has no ${reference}`);
      const headers = {
        "Content-Type": found.type,
        "Content-Length": String(Buffer.byteLength(found.body)),
        "Docker-Content-Digest": found.digest,
      };
      return new Response(c.req.method === "HEAD" ? null : found.body, { headers });
    }
    case "PUT": {
      const body = await c.req.text();
      const missing = await missingBlob(folder, body);
      if (missing !== undefined) return problem(400, "MANIFEST_BLOB_UNKNOWN", `${missing} was never pushed`);
      const type = c.req.header("content-type") ?? "application/vnd.oci.image.manifest.v1+json";
      const digest = await folder.writeManifest(repository, reference, { type, body });
      if (isDigest(reference) && digest !== reference) {
        await folder.deleteManifest(repository, digest);
        return problem(400, "DIGEST_INVALID", "the manifest has another digest");
      }
      const headers = { Location: `/v2/${repository}/manifests/${digest}`, "Docker-Content-Digest": digest };
      return new Response(null, { status: 201, headers });
    }
    case "DELETE":
      return (await folder.deleteManifest(repository, reference))
        ? new Response(null, { status: 202 })
        : problem(404, "MANIFEST_UNKNOWN", `${repository} has no ${reference}`);
    default:
      return notAllowed();
  }
}

/** Of what a manifest names, the first that is not there. Lists of manifests name manifests, which came before. */
async function missingBlob(folder: BlobFolder, body: string): Promise<string | undefined> {
  // What is no JSON names nothing; whoever pulls it sees what it is.
  const parsed = (() => {
    try {
      return JSON.parse(body) as {
        config?: { digest?: string };
        layers?: { digest?: string; urls?: unknown }[];
      } | null;
    } catch {
      return undefined;
    }
  })();
  const named = [parsed?.config, ...(parsed?.layers ?? []).filter(({ urls }) => urls === undefined)];
  for (const { digest = "" } of named.filter((each) => each !== undefined)) {
    if (!isDigest(digest) || (await folder.blobSize(digest)) === undefined) return digest;
  }
  return undefined;
}

async function blob(folder: BlobFolder, { reference }: Address, c: Context): Promise<Response> {
  const size = await folder.blobSize(reference);
  if (size === undefined) return problem(404, "BLOB_UNKNOWN", `there is no ${reference}`);
  if (c.req.method === "DELETE") {
    await folder.deleteBlob(reference);
    return new Response(null, { status: 202 });
  }
  if (c.req.method !== "GET" && c.req.method !== "HEAD") return notAllowed();
  const headers = {
    "Content-Type": "application/octet-stream",
    "Content-Length": String(size),
    "Docker-Content-Digest": reference,
  };
  return new Response(c.req.method === "HEAD" ? null : folder.readBlob(reference), { headers });
}

async function upload(folder: BlobFolder, { repository, reference: id }: Address, c: Context): Promise<Response> {
  const digest = c.req.query("digest") ?? "";
  if (c.req.method === "POST") {
    const mount = c.req.query("mount") ?? "";
    if (isDigest(mount) && (await folder.blobSize(mount)) !== undefined) return created(repository, mount);
    const begun = await folder.beginUpload();
    if (digest === "") return uploading(repository, begun, 0);
    await folder.append(begun, c.req.raw.body);
    return await finished(folder, repository, begun, digest);
  }
  const size = await folder.uploadSize(id);
  if (size === undefined) return problem(404, "BLOB_UPLOAD_UNKNOWN", `there is no upload ${id}`);
  switch (c.req.method) {
    case "GET":
      return uploading(repository, id, size, 204);
    case "PATCH": {
      const from = /^(\d+)-/.exec(c.req.header("content-range") ?? "")?.[1];
      if (from !== undefined && Number(from) !== size) return uploading(repository, id, size, 416);
      return uploading(repository, id, await folder.append(id, c.req.raw.body));
    }
    case "PUT":
      await folder.append(id, c.req.raw.body);
      return await finished(folder, repository, id, digest);
    case "DELETE":
      await folder.abandonUpload(id);
      return new Response(null, { status: 204 });
    default:
      return notAllowed();
  }
}

async function finished(folder: BlobFolder, repository: string, id: string, digest: string): Promise<Response> {
  if (isDigest(digest) && (await folder.finishUpload(id, digest))) return created(repository, digest);
  await folder.abandonUpload(id);
  return problem(400, "DIGEST_INVALID", "the bytes have another digest");
}

function created(repository: string, digest: string): Response {
  const headers = { Location: `/v2/${repository}/blobs/${digest}`, "Docker-Content-Digest": digest };
  return new Response(null, { status: 201, headers });
}

function uploading(repository: string, id: string, size: number, status = 202): Response {
  const headers = {
    Location: `/v2/${repository}/blobs/uploads/${id}`,
    Range: `0-${Math.max(size - 1, 0)}`,
    "Docker-Upload-UUID": id,
  };
  return new Response(null, { status, headers });
}

const notAllowed = (): Response => problem(405, "UNSUPPORTED", "this cannot be done here");

function problem(status: number, code: string, message: string): Response {
  return Response.json({ errors: [{ code, message }] }, { status, headers: VERSION });
}
