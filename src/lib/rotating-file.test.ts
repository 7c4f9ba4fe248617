import { expect, test } from "bun:test";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { RotatingFile } from "./rotating-file.ts";

test("RotatingFile keeps so many files of so many bytes, the newest lines in the first", () => {
  const folder = mkdtempSync(join(tmpdir(), "kube-rotating-"));
  const path = join(folder, "kube.log");
  const options = { maxBytes: 10, maxOldFiles: 2 };
  for (const line of ["one\n", "two\n", "three\n"]) new RotatingFile(path, options).append(line);
  const file = new RotatingFile(path, options);
  for (const line of ["four\n", "longer than all\n", "six\n"]) file.append(line);
  expect(readdirSync(folder).toSorted()).toEqual(["kube.log", "kube.log.1", "kube.log.2"]);
  expect(readFileSync(path, "utf8")).toBe("six\n");
  expect(readFileSync(`${path}.1`, "utf8")).toBe("longer than all\n");
  expect(readFileSync(`${path}.2`, "utf8")).toBe("four\n");
  rmSync(folder, { recursive: true });
});
