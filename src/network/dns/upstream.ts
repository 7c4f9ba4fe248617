import { createSocket, type Socket } from "node:dgram";
import { readFile } from "node:fs/promises";
import { connect } from "node:net";

import { LONGEST_MESSAGE } from "./dns-message.ts";

/** Other resolvers, asked for every name that is not the cluster's. */
export interface Upstream {
  /** The answer's bytes with the query's id; undefined when no resolver answered. */
  ask(query: Buffer, by: "udp" | "tcp"): Promise<Buffer | undefined>;
}

const DNS_PORT = 53;
const TIMEOUT_MS = 2000;

/** Asks the resolvers in turn until one answers. */
export function upstreamOf(resolvers: readonly string[]): Upstream {
  return {
    async ask(query, by) {
      for (const resolver of resolvers) {
        const answer = await (by === "udp" ? askByUdp(resolver, query) : askByTcp(resolver, query));
        if (answer) return answer;
      }
      return undefined;
    },
  };
}

/** The resolvers this machine itself uses; without those in `own`, which would be asked for ever in a circle. */
export async function hostResolvers(own: ReadonlySet<string>, path = "/etc/resolv.conf"): Promise<readonly string[]> {
  const text = await readFile(path, "utf8").catch(() => "");
  return resolversFrom(text).filter((resolver) => !own.has(resolver));
}

function resolversFrom(text: string): readonly string[] {
  return [...text.matchAll(/^\s*nameserver\s+([0-9a-fA-F.:]+)\s*$/gm)].flatMap((match) => match[1] ?? []);
}

/** A socket for each question: its random port is half of what keeps forged answers out. */
async function askByUdp(resolver: string, query: Buffer): Promise<Buffer | undefined> {
  const socket: Socket = createSocket(resolver.includes(":") ? "udp6" : "udp4");
  try {
    return await new Promise<Buffer | undefined>((resolve) => {
      const timer = setTimer(() => resolve(undefined));
      const done = (answer: Buffer | undefined): void => {
        timer.cancel();
        resolve(answer);
      };
      socket.on("message", (bytes, from) => {
        const isResolver = from.address === resolver && from.port === DNS_PORT;
        if (isResolver && bytes.length > 2 && bytes.readUInt16BE(0) === query.readUInt16BE(0)) done(bytes);
      });
      socket.on("error", () => done(undefined));
      socket.send(query, DNS_PORT, resolver, (error) => error && done(undefined));
    });
  } finally {
    socket.close();
  }
}

async function askByTcp(resolver: string, query: Buffer): Promise<Buffer | undefined> {
  return await new Promise<Buffer | undefined>((resolve) => {
    const socket = connect({ host: resolver, port: DNS_PORT });
    const chunks: Buffer[] = [];
    const done = (answer: Buffer | undefined): void => {
      timer.cancel();
      socket.destroy();
      resolve(answer);
    };
    const timer = setTimer(() => done(undefined));
    socket.on("connect", () => socket.write(framed(query)));
    socket.on("data", (chunk) => {
      chunks.push(Buffer.from(chunk));
      const whole = Buffer.concat(chunks);
      if (whole.length >= 2 && whole.length >= 2 + whole.readUInt16BE(0))
        done(whole.subarray(2, 2 + whole.readUInt16BE(0)));
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
