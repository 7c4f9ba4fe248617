import { memoryStore } from "./memory-store.ts";
import { storeConformance } from "./store.conformance.ts";

storeConformance("memory", async () => memoryStore());
storeConformance("strict memory", async () => memoryStore({ strict: true }));
