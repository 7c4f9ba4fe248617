import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { silentLogger } from "../../lib/logger.ts";
import { historyConformance } from "../history.conformance.ts";
import { storeConformance } from "../store.conformance.ts";
import { openSqliteStore } from "./sqlite-store.ts";

const newPath = (): string => join(mkdtempSync(join(tmpdir(), "kube-store-")), "state.db");

historyConformance("sqlite", (now) => openSqliteStore(newPath(), { log: silentLogger, now, strict: true }));
storeConformance("sqlite", () => openSqliteStore(newPath(), { log: silentLogger }));
storeConformance("strict sqlite", () =>
  openSqliteStore(newPath(), { log: silentLogger, strict: true, synchronous: "NORMAL" }),
);
