import { createServer, type Server } from "node:net";

import { type Clock, sleep } from "../../lib/time/clock.ts";

/**
 * At most one cluster of this machine is between the choice of its ports and ranges and the moment when everybody sees them taken, whichever
 * user and folder it is of. The lock is a name in the kernel, beside which no file can be left: it is of the network namespace, as ports and
 * ranges are, and goes with its process.
 */
const NAME = "\0kube-start";
const RETRY_MS = 25;
/** Longer than a start takes. Whoever holds the name for longer, perhaps with bad intent, must not keep clusters from starting. */
const LONGEST_WAIT_MS = 20_000;

/** Where there are no such names, or the wait was too long, the lock is held by nobody, and `release` does nothing. */
export async function lockMachine(clock: Clock, name = NAME): Promise<Disposable> {
  const deadline = clock.now() + LONGEST_WAIT_MS;
  for (;;) {
    const held = process.platform === "linux" ? await listen(name) : "unsupported";
    if (typeof held !== "string") return { [Symbol.dispose]: () => void held.close() };
    if (held !== "EADDRINUSE" || clock.now() >= deadline) return { [Symbol.dispose]() {} };
    await sleep(RETRY_MS, { clock });
  }
}

function listen(name: string): Promise<Server | string> {
  return new Promise((resolve) => {
    const server = createServer((socket) => socket.destroy());
    server.once("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    server.listen(name, () => resolve(server.unref()));
  });
}
