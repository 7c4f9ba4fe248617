import type { Duplex } from "node:stream";

import type { UpgradeAnswer } from "../api-request.ts";
import type { PodDialer } from "../pod-dialer.ts";
import { connectTo } from "./connect-to.ts";
import { type Forwarding, sentHeaders, unreachable } from "./forward-request.ts";

/**
 * Sends on a request that leaves HTTP behind, a WebSocket say, and from then on bytes as they come. What the server answers, be it a refusal, is
 * between it and the client.
 */
export async function forwardUpgrade(dialer: PodDialer, forwarding: Forwarding): Promise<UpgradeAnswer> {
  const { target, request, path, signal } = forwarding;
  const server = await connectTo(dialer, target, signal).catch((error: unknown) => {
    throw unreachable(error);
  });
  const headers = {
    ...sentHeaders(forwarding),
    connection: "Upgrade",
    upgrade: request.headers.upgrade,
  };
  const lines = Object.entries(headers).flatMap(([name, value]) =>
    [value ?? []].flat().map((each) => `${name}: ${each}\r\n`),
  );
  const text = `${request.method} ${path} HTTP/1.1\r\n${lines.join("")}\r\n`;
  return {
    form: "upgrade",
    session: { type: "proxied", relay: async (client, head) => await relay(client, server, text, head) },
  };
}

async function relay(client: Duplex, server: Duplex, text: string, head: Buffer): Promise<void> {
  server.write(Buffer.concat([Buffer.from(text, "latin1"), head]));
  await new Promise<void>((resolve) => {
    const end = (): void => {
      client.destroy();
      server.destroy();
      resolve();
    };
    server.on("error", end);
    server.once("close", end);
    client.once("close", end);
    client.pipe(server);
    server.pipe(client);
  });
}
