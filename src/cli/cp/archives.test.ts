import { expect, test } from "bun:test";
import { mkdir, mkdtemp, readdir, readFile, readlink, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";

import { extract, pack, type Header } from "tar-stream";

import { localArchive } from "./local-archive.ts";
import { unpackArchive } from "./unpack-archive.ts";

async function inFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "kube-cp-test-"));
  try {
    await work(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

test("localArchive has files, links and empty folders, under the new name", async () => {
  await inFolder(async (folder) => {
    await mkdir(join(folder, "site", "empty"), { recursive: true });
    await writeFile(join(folder, "site", "index.html"), "hello", { mode: 0o640 });
    await symlink("index.html", join(folder, "site", "link"));
    const found: unknown[] = [];
    const files = localArchive(join(folder, "site"), "srv").pipe(extract());
    for await (const entry of files) {
      const { name, type, size, linkname } = entry.header;
      found.push([name, type, size, linkname]);
      entry.resume();
    }
    expect(found).toEqual([
      ["srv/empty", "directory", 0, null],
      ["srv/index.html", "file", 5, null],
      ["srv/link", "symlink", 0, "index.html"],
    ]);
  });
});

type Entry = Partial<Header> & Pick<Header, "name"> & { readonly text?: string };

async function unpacked(folder: string, entries: readonly Entry[]): Promise<readonly string[]> {
  const archive = pack();
  for (const { text = "", ...header } of entries) archive.entry(header, header.type === "symlink" ? "" : text);
  archive.finalize();
  const warnings: string[] = [];
  await unpackArchive(Readable.from(archive), {
    prefix: "log",
    destination: "out",
    destinationPath: join(folder, "out"),
    warn: (text) => void warnings.push(text),
    linkHint: "use tar",
  });
  return warnings;
}

test("unpackArchive writes files, follows links inside the archive, and makes none", async () => {
  await inFolder(async (folder) => {
    const warnings = await unpacked(folder, [
      { name: "log/a/b.txt", text: "hello" },
      { name: "log/same", type: "link", linkname: "log/a/b.txt" },
      { name: "log/one", type: "symlink", linkname: "/etc" },
      { name: "log/two", type: "symlink", linkname: "/etc" },
      { name: "log/empty/", type: "directory" },
    ]);
    expect(warnings).toEqual([
      'warning: skipping symlink: "out/one" -> "/etc" (use tar)\n',
      'warning: skipping symlink: "out/two" -> "/etc"\n',
    ]);
    expect((await readdir(join(folder, "out"))).toSorted()).toEqual(["a", "empty", "same"]);
    expect(await readFile(join(folder, "out", "same"), "utf8")).toBe("hello");
    expect(readlink(join(folder, "out", "one"))).rejects.toThrow();
  });
});

test("unpackArchive writes nothing outside the destination", async () => {
  await inFolder(async (folder) => {
    expect(await unpacked(folder, [{ name: "log/../../evil", text: "x" }])).toEqual([
      'warning: file "../evil" is outside target destination, skipping\n',
    ]);
    expect(await readdir(folder)).toEqual([]);
    expect(unpacked(folder, [{ name: "other", text: "x" }])).rejects.toThrow("tar contents corrupted");
  });
});
