import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { silentLogger } from "../../lib/logger.ts";
import { storeConformance } from "../store.conformance.ts";
import { openSqliteStore } from "./sqlite-store.ts";

const newPath = (): string => join(mkdtempSync(join(tmpdir(), "kube-store-")), "state.db");

storeConformance("sqlite", () => openSqliteStore(newPath(), { log: silentLogger }));
storeConformance("strict sqlite", () =>
  openSqliteStore(newPath(), { log: silentLogger, strict: true, synchronous: "NORMAL" }),
);
