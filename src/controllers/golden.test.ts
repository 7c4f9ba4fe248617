import { describe } from "bun:test";
import { join } from "node:path";

import { goldenCases } from "../testing/golden-cases.ts";
import { deploymentActions } from "./deployment/deployment-actions.ts";
import { budgetActions } from "./disruption/budget-actions.ts";
import { nodeHealthActions } from "./node-lifecycle/node-health.ts";
import { evictionActions } from "./node-lifecycle/taint-eviction.ts";
import { replicaActions } from "./replicas/replicas.ts";
import { claimActions } from "./volumes/claim-actions.ts";
import { directoryActions } from "./volumes/directory-provisioner.ts";
import { volumeActions } from "./volumes/volume-actions.ts";

const testdata = join(import.meta.dir, "testdata");

describe("a ReplicaSet", () => goldenCases(join(testdata, "replicas"), replicaActions));
describe("a Deployment", () => goldenCases(join(testdata, "deployment"), deploymentActions));
describe("node health", () => goldenCases(join(testdata, "node-health"), nodeHealthActions));
describe("taint eviction", () => goldenCases(join(testdata, "taint-eviction"), evictionActions));
describe("a claim", () => goldenCases(join(testdata, "claims"), claimActions));
describe("a volume", () => goldenCases(join(testdata, "volumes"), volumeActions));
describe("directories of volumes", () => goldenCases(join(testdata, "directories"), directoryActions));
describe("a disruption budget", () => goldenCases(join(testdata, "budgets"), budgetActions));
