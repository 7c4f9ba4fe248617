import { createReadStream } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";

import { type NodePage, notFoundPage } from "./node-page.ts";

/** /logs/: the log files of the node, as a list of links or one of them. Only plain files directly in the folder are shown. */
export async function logFilesPage(folder: string, name: string): Promise<NodePage> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const files = entries.filter((entry) => entry.isFile() && isLog(entry.name)).map((entry) => entry.name);
  if (name === "") {
    const links = files.toSorted().map((file) => `<a href="${encodeURIComponent(file)}">${file}</a>\n`);
    const body = `<!doctype html>\n<meta name="viewport" content="width=device-width">\n<pre>\n${links.join("")}</pre>\n`;
    return { statusCode: 200, contentType: "text/html; charset=utf-8", body };
  }
  // Asked of the list, so that no name leads elsewhere.
  if (!files.includes(name)) return notFoundPage;
  const path = join(folder, name);
  // As long as the file is now: one that grows would never end.
  const { size } = await stat(path);
  const bytes = size === 0 ? Readable.from([]) : createReadStream(path, { end: size - 1 });
  const body = Readable.toWeb(bytes) as unknown as ReadableStream<Uint8Array>; // Node's and the web's streams under two names.
  return { statusCode: 200, contentType: "text/plain; charset=utf-8", body };
}

const isLog = (name: string): boolean => /\.log(?:\.\d+)?$/.test(name);
