import { afterAll } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { silentLogger } from "../../lib/logger.ts";
import { storeConformance } from "../store.conformance.ts";
import { openSqliteStore } from "./sqlite-store.ts";

const folder = mkdtempSync(join(tmpdir(), "kube-store-"));
const newPath = (): string => join(mkdtempSync(join(folder, "store-")), "state.db");

afterAll(() => rmSync(folder, { recursive: true }));

storeConformance("sqlite", () => openSqliteStore(newPath(), { log: silentLogger }));
storeConformance("strict sqlite", () =>
  openSqliteStore(newPath(), { log: silentLogger, strict: true, synchronous: "NORMAL" }),
);
