import type { Handlers } from "../handlers.ts";
import { approval } from "./approval.ts";
import { binding } from "./binding.ts";
import { ephemeralContainers } from "./ephemeral-containers.ts";
import { eviction } from "./eviction.ts";
import { attach, exec } from "./exec.ts";
import { finalize } from "./finalize.ts";
import { log } from "./log.ts";
import { portForward } from "./port-forward.ts";
import { proxy } from "./proxy.ts";
import { resize } from "./resize.ts";
import { scale } from "./scale.ts";
import { status } from "./status.ts";
import { token } from "./token.ts";

/** What the paths below an object do, by the name of the path. */
export const subresourceHandlers: Readonly<Record<string, Handlers>> = {
  approval,
  attach,
  binding,
  ephemeralcontainers: ephemeralContainers,
  eviction,
  exec,
  finalize,
  log,
  portforward: portForward,
  proxy,
  resize,
  scale,
  status,
  token,
};
