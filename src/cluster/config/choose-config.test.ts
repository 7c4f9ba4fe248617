import { expect, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { type AddressInfo, createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { FakeClock } from "../../lib/time/fake-clock.ts";
import { writeServerRecord } from "../process/server-record.ts";
import { settleConfig } from "./choose-config.ts";
import { type DataDirectory, dataDirectory, makeFolder } from "./data-directory.ts";

interface TakenPort extends AsyncDisposable {
  readonly port: number;
  release(): Promise<void>;
}

async function takenPort(): Promise<TakenPort> {
  const server: Server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const release = async (): Promise<void> => await new Promise((resolve) => server.close(() => resolve()));
  // A server that listens on a port has an address of this form.
  return { port: (server.address() as AddressInfo).port, release, [Symbol.asyncDispose]: release };
}

async function testDirectory(): Promise<
  AsyncDisposable & { readonly home: string; readonly directory: DataDirectory; readonly machineLock: string }
> {
  const home = await mkdtemp(join(tmpdir(), "kube-config-"));
  const directory = dataDirectory("test", home);
  await makeFolder(directory.root);
  return {
    home,
    directory,
    machineLock: `\0kube-${home}`,
    [Symbol.asyncDispose]: async () => await rm(home, { recursive: true }),
  };
}

const killedServer = {
  pid: 1,
  version: "v1.36.0+kube",
  startedAt: "2026-01-01T00:00:00Z",
  state: "running",
  apiServer: "https://127.0.0.1:6443",
} as const;

/** Lets what waits for real sockets and files go on until something waits for the clock. */
async function untilAsleep(clock: FakeClock): Promise<void> {
  while (clock.pending === 0) await Bun.sleep(1);
}

test("settleConfig refuses a port that another program uses", async () => {
  await using taken = await takenPort();
  await using place = await testDirectory();
  const settling = settleConfig({ ...place, wishes: { port: taken.port, runtime: "fake" }, clock: new FakeClock() });
  const refusal = await settling.catch((error: unknown) => error);
  expect(String(refusal)).toContain(`Cannot listen on 127.0.0.1:${taken.port}: another program uses that port`);
});

test("settleConfig waits for the port of a server that was killed a moment ago", async () => {
  await using taken = await takenPort();
  await using place = await testDirectory();
  await writeServerRecord(place.directory, killedServer);
  const clock = new FakeClock();
  const settling = settleConfig({ ...place, wishes: { port: taken.port, runtime: "fake" }, clock });
  await untilAsleep(clock);
  await taken.release();
  clock.advance(1000);
  expect((await settling)?.config.port).toBe(taken.port);
});

test("settleConfig does not wait for ever: the port may be somebody else's by now", async () => {
  await using taken = await takenPort();
  await using place = await testDirectory();
  await writeServerRecord(place.directory, killedServer);
  const clock = new FakeClock();
  const settling = settleConfig({ ...place, wishes: { port: taken.port, runtime: "fake" }, clock });
  const refusal = settling.catch((error: unknown) => error);
  await untilAsleep(clock);
  clock.advance(60_000);
  expect(String(await refusal)).toContain("another program uses that port");
});
