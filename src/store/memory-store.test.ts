import { historyConformance } from "./history.conformance.ts";
import { memoryStore } from "./memory-store.ts";
import { storeConformance } from "./store.conformance.ts";

historyConformance("memory", async (now) => memoryStore({ now, strict: true }));
storeConformance("memory", async () => memoryStore());
storeConformance("strict memory", async () => memoryStore({ strict: true }));
