import { createSocket, type Socket } from "node:dgram";
import { readFile } from "node:fs/promises";
import { connect } from "node:net";

import type { Resolver } from "./dns-config.ts";
import { LONGEST_MESSAGE } from "./dns-message.ts";

/** Other resolvers, asked for every name that is not the cluster's. */
export interface Upstream {
  /** The answer's bytes with the query's id; undefined when no resolver answered, or too many questions wait already. */
  ask(query: Buffer, by: "udp" | "tcp", resolvers: readonly Resolver[]): Promise<Buffer | undefined>;
}

const DNS_PORT = 53;
const TIMEOUT_MS = 2000;
/** Each has a socket. A circle of resolvers that ask each other ends here, too. */
const MOST_WAITING = 512;

/** Asks resolvers in turn until one answers. */
export function upstreamOf(): Upstream {
  let waiting = 0;
  return {
    async ask(query, by, resolvers) {
      if (waiting >= MOST_WAITING) return undefined;
      waiting++;
      try {
        for (const resolver of resolvers) {
          const answer = await (by === "udp" ? askByUdp(resolver, query) : askByTcp(resolver, query));
          if (answer) return answer;
        }
        return undefined;
      } finally {
        waiting--;
      }
    },
  };
}

/** The resolvers this machine itself uses; without those in `own`, which would be asked for ever in a circle. */
export async function hostResolvers(own: ReadonlySet<string>, path = "/etc/resolv.conf"): Promise<readonly Resolver[]> {
  const text = await readFile(path, "utf8").catch(() => "");
  return [...text.matchAll(/^\s*nameserver\s+([0-9a-fA-F.:]+)\s*$/gm)]
    .map((match) => ({ ip: match[1] ?? "", port: DNS_PORT }))
    .filter(({ ip }) => !own.has(ip));
}

/** A socket for each question: its random port is half of what keeps forged answers out. */
async function askByUdp({ ip, port }: Resolver, query: Buffer): Promise<Buffer | undefined> {
  const socket: Socket = createSocket(ip.includes(":") ? "udp6" : "udp4");
  try {
    return await new Promise<Buffer | undefined>((resolve) => {
      const timer = setTimer(() => resolve(undefined));
      const done = (answer: Buffer | undefined): void => {
        timer.cancel();
        resolve(answer);
      };
      socket.on("message", (bytes, from) => {
        const isResolver = from.address === ip && from.port === port;
        if (isResolver && bytes.length > 2 && bytes.readUInt16BE(0) === query.readUInt16BE(0)) done(bytes);
      });
      socket.on("error", () => done(undefined));
      socket.send(query, port, ip, (error) => error && done(undefined));
    });
  } finally {
    socket.close();
  }
}

async function askByTcp({ ip, port }: Resolver, query: Buffer): Promise<Buffer | undefined> {
  return await new Promise<Buffer | undefined>((resolve) => {
    const socket = connect({ host: ip, port });
    let received = Buffer.alloc(0);
    const done = (answer: Buffer | undefined): void => {
      timer.cancel();
      socket.destroy();
      resolve(answer);
    };
    const timer = setTimer(() => done(undefined));
    socket.on("connect", () => socket.write(framed(query)));
    socket.on("data", (chunk) => {
      received = Buffer.concat([received, Buffer.from(chunk)]);
      if (received.length >= 2 && received.length >= 2 + received.readUInt16BE(0))
        done(received.subarray(2, 2 + received.readUInt16BE(0)));
    });
    socket.on("error", () => done(undefined));
    socket.on("close", () => done(undefined));
  });
}

/** DNS over TCP puts the length before each message. */
export function framed(message: Buffer): Buffer {
  if (message.length > LONGEST_MESSAGE) throw new RangeError("A DNS message has at most 65535 bytes");
  const length = Buffer.alloc(2);
  length.writeUInt16BE(message.length);
  return Buffer.concat([length, message]);
}

function setTimer(onTimeout: () => void): { cancel(): void } {
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  signal.addEventListener("abort", onTimeout, { once: true });
  return { cancel: () => signal.removeEventListener("abort", onTimeout) };
}
