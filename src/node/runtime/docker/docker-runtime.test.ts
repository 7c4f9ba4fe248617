import { startTestDocker, whyNoDocker } from "../../../testing/docker-engine.ts";
import { runtimeConformance } from "../runtime.conformance.ts";

runtimeConformance("docker", startTestDocker, await whyNoDocker());
