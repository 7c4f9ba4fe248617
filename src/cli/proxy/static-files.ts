import { createReadStream } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import type { ServerResponse } from "node:http";
import { extname, join, normalize } from "node:path";
import { pipeline } from "node:stream/promises";

const TYPES: Readonly<Record<string, string>> = {
  ".css": "text/css; charset=utf-8",
  ".gif": "image/gif",
  ".htm": "text/html; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".jpg": "image/jpeg",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json",
  ".mjs": "text/javascript; charset=utf-8",
  ".pdf": "application/pdf",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".txt": "text/plain; charset=utf-8",
  ".wasm": "application/wasm",
  ".xml": "text/xml; charset=utf-8",
};

/** Answers with a file of a folder, or with what is in a folder of it. */
export async function serveFile(base: string, path: string, response: ServerResponse): Promise<void> {
  // A normalized absolute path has no `..` that could lead out of the folder.
  const file = join(base, normalize(`/${decodeURIComponent(path)}`));
  const found = await stat(file).catch(() => undefined);
  if (!found) return void response.writeHead(404, PLAIN).end("404 page not found\n");
  if (!found.isDirectory()) {
    const type = TYPES[extname(file)] ?? "application/octet-stream";
    response.writeHead(200, { "Content-Type": type, "Content-Length": found.size });
    return await pipeline(createReadStream(file), response);
  }
  if (await stat(join(file, "index.html")).catch(() => undefined))
    return await serveFile(base, `${path}/index.html`, response);
  response.writeHead(200, { "Content-Type": "text/html; charset=utf-8" });
  const entries = (await readdir(file, { withFileTypes: true })).map((entry) =>
    entry.isDirectory() ? `${entry.name}/` : entry.name,
  );
  const links = entries.toSorted().map((name) => `<a href="${encodeURI(name)}">${escaped(name)}</a>\n`);
  response.end(`<!doctype html>\n<pre>\n${links.join("")}</pre>\n`);
}

const PLAIN = { "Content-Type": "text/plain; charset=utf-8" };

const escaped = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&#34;");
