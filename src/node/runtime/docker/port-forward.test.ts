import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";

import { silentLogger } from "../../../lib/logger.ts";
import { Semaphore } from "../../../lib/semaphore.ts";
import { systemClock } from "../../../lib/time/clock.ts";
import { startTestDocker, whyNoDocker, type TestDocker } from "../../../testing/docker-engine.ts";
import { collect, exec, failure, runSandbox, start } from "../runtime.conformance.ts";
import type { SandboxRecord } from "../runtime.ts";
import { connectDocker } from "./docker-runtime.ts";
import { engineFacts, type Engine } from "./engine.ts";
import { networkNamespaces, type NetworkNamespaces } from "./network-namespace.ts";
import { portForward } from "./port-forward.ts";

// Containers are started: on a loaded machine that takes longer than Bun gives a test.
setDefaultTimeout(20_000);

const skipped = await whyNoDocker();
const isRoot = process.getuid?.() === 0;

const ways: readonly [way: string, namespaces: NetworkNamespaces | undefined, cannot: string | undefined][] = [
  ["inside the pod's namespace", networkNamespaces(), isRoot ? undefined : "not root"],
  ["from outside", undefined, undefined],
];

for (const [way, namespaces, cannot] of ways) {
  const reason = skipped ?? cannot;
  describe.skipIf(reason !== undefined)(`portForward ${way}${reason ? ` (${reason})` : ""}`, () => {
    let docker: TestDocker;
    let engine: Engine;
    let sandbox: SandboxRecord;
    let containerId: string;
    beforeAll(async () => {
      docker = await startTestDocker();
      const connection = await connectDocker(systemClock);
      const { network, cluster, node } = docker.options;
      const facts = await engineFacts(connection);
      engine = { connection, owner: { cluster, node }, network, seccompDirectory: "", facts, starts: new Semaphore(4) };
      sandbox = await runSandbox(docker, "web");
      const servers = [
        "mkdir /tmp/w; echo page > /tmp/w/a",
        "httpd -p 127.0.0.1:8080 -h /tmp/w",
        "httpd -p 8081 -h /tmp/w",
        "sleep 1000",
      ];
      containerId = await start(docker, sandbox, servers.join("; "));
      const wait = "until [ $(netstat -ltn | grep -c ':808[01] ') = 2 ]; do sleep 0.02; done";
      await (
        await docker.runtime.exec(containerId, exec(["sh", "-c", wait]))
      ).exitCode;
    });
    afterAll(async () => {
      await docker[Symbol.asyncDispose]();
      engine.connection[Symbol.dispose]();
    });

    const forward = (port: number, signal = new AbortController().signal) =>
      portForward(engine, namespaces, { podUid: sandbox.pod.uid, port, signal, log: silentLogger });

    for (const [listener, port] of Object.entries({ "127.0.0.1": 8080, "every address": 8081 })) {
      test(`reaches what listens on ${listener}`, async () => {
        const { readable, writable } = await forward(port);
        await writable.getWriter().write(new TextEncoder().encode("GET /a HTTP/1.0\r\n\r\n"));
        expect(await collect(readable)).toEndWith("page\n");
      });
    }

    test("refuses a port on which nothing listens", async () => {
      expect(await failure(forward(8089))).toBe("ConnectionRefused");
    });

    test("ends the connection when its caller gives up, and leaves nothing behind", async () => {
      const caller = new AbortController();
      const { readable } = await forward(8080, caller.signal);
      caller.abort(new Error("The client is gone"));
      await collect(readable).catch(() => undefined);
      const established = "until ! netstat -tn | grep ESTABLISHED; do sleep 0.02; done";
      const session = await docker.runtime.exec(containerId, exec(["sh", "-c", established]));
      await Promise.all([collect(session.stdout), collect(session.stderr), session.exitCode]);
      const filters = { label: [`kube.cluster=${docker.options.cluster}`] };
      const containers = () => engine.connection.docker.listContainers({ all: true, filters });
      while ((await containers()).length > 2) await Bun.sleep(20);
    });
  });
}
