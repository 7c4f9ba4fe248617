import { silentLogger } from "../../lib/logger.ts";
import { systemClock } from "../../lib/time/clock.ts";
import { openFakeRuntime } from "./fake-runtime.ts";
import { runtimeConformance } from "./runtime.conformance.ts";

const IMAGE = "kube-test:1";

runtimeConformance("fake", async () => {
  const runtime = openFakeRuntime({ clock: systemClock, log: silentLogger, images: [IMAGE] });
  let last = 1;
  return await Promise.resolve({
    runtime,
    image: IMAGE,
    nextIp: () => `10.0.0.${(last += 1)}`,
    [Symbol.asyncDispose]: () => runtime[Symbol.asyncDispose](),
  });
});
