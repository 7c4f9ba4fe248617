import { dlopen, ptr } from "bun:ffi";

/** A UDP conversation as the kernel remembers it. */
export interface UdpFlow {
  readonly originalDestination: string;
  readonly originalPort: number;
  /** Who answers: a pod, when it was sent on. */
  readonly replySource: string;
}

/** The kernel's memory of connections (conntrack), by netlink. */
export interface ConnectionTracking {
  /** Forgets the UDP flows that `isStale` says; returns how many. */
  forgetUdp(isStale: (flow: UdpFlow) => boolean): number;
}

const AF_NETLINK = 16;
const SOCK_RAW = 3;
const SOCK_CLOEXEC = 0o2000000;
const NETLINK_NETFILTER = 12;
const SOL_SOCKET = 1;
const SO_RCVTIMEO = 20;

const GET = (1 << 8) | 1;
const DELETE = (1 << 8) | 2;
const NLM_F_REQUEST = 1;
const NLM_F_ACK = 4;
const NLM_F_DUMP = 0x300;
const NLMSG_ERROR = 2;
const NLMSG_DONE = 3;
const AF_INET = 2;
const IPPROTO_UDP = 17;
const HEADER_BYTES = 20;

/** Of linux/netfilter/nfnetlink_conntrack.h. */
const TUPLE = { original: 1, reply: 2 } as const;
const TUPLE_PART = { ip: 1, protocol: 2 } as const;
const IP = { source: 1, destination: 2 } as const;
const PROTOCOL = { number: 1, sourcePort: 2, destinationPort: 3 } as const;
const TYPE_MASK = 0x3fff;

/** glibc's and musl's names. */
const C_LIBRARIES = ["libc.so.6", `libc.musl-${process.arch === "arm64" ? "aarch64" : "x86_64"}.so.1`];

/** Undefined where the kernel cannot be asked: not Linux, or without the right to. */
export function connectionTracking(): ConnectionTracking | undefined {
  if (process.platform !== "linux" || process.getuid?.() !== 0) return undefined;
  const library = openLibrary();
  if (!library) return undefined;
  return {
    forgetUdp(isStale) {
      const stale = dumped(library).filter(({ flow }) => isStale(flow));
      for (const { originalTuple } of stale) forget(library, originalTuple);
      return stale.length;
    },
  };
}

function openLibrary() {
  for (const name of C_LIBRARIES) {
    try {
      return dlopen(name, {
        socket: { args: ["i32", "i32", "i32"], returns: "i32" },
        setsockopt: { args: ["i32", "i32", "i32", "ptr", "u32"], returns: "i32" },
        send: { args: ["i32", "ptr", "u64", "i32"], returns: "i64" },
        recv: { args: ["i32", "ptr", "u64", "i32"], returns: "i64" },
        close: { args: ["i32"], returns: "i32" },
      }).symbols;
    } catch {
      // The other C library's name: tried next.
    }
  }
  return undefined;
}

type Library = NonNullable<ReturnType<typeof openLibrary>>;

interface Entry {
  readonly flow: UdpFlow;
  /** As the kernel wrote it: what it is deleted by. */
  readonly originalTuple: Buffer;
}

/** Every UDP flow over IPv4. */
function dumped(library: Library): readonly Entry[] {
  const entries: Entry[] = [];
  talk(library, message(GET, NLM_F_REQUEST | NLM_F_DUMP, Buffer.alloc(0)), (body) => {
    const entry = entryOf(body);
    if (entry) entries.push(entry);
  });
  return entries;
}

function forget(library: Library, originalTuple: Buffer): void {
  talk(library, message(DELETE, NLM_F_REQUEST | NLM_F_ACK, originalTuple), () => undefined);
}

/** Sends one request and reads its answers to the end. What is gone already is no failure. */
function talk(library: Library, request: Buffer, onMessage: (body: Buffer) => void): void {
  const socket = library.socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_NETFILTER);
  if (socket < 0) throw new Error("The kernel's table of connections cannot be opened");
  try {
    // The kernel answers at once; nothing may wait for ever for it all the same.
    const timeout = new BigInt64Array([1n, 0n]);
    library.setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, ptr(timeout), timeout.byteLength);
    if (Number(library.send(socket, ptr(request), request.length, 0)) !== request.length) {
      throw new Error("The kernel's table of connections cannot be asked");
    }
    const buffer = Buffer.alloc(1 << 16);
    for (;;) {
      const length = Number(library.recv(socket, ptr(buffer), buffer.length, 0));
      if (length <= 0) throw new Error("The kernel's table of connections did not answer");
      if (readMessages(buffer.subarray(0, length), onMessage)) return;
    }
  } finally {
    library.close(socket);
  }
}

/** True when the last one was among them. */
function readMessages(bytes: Buffer, onMessage: (body: Buffer) => void): boolean {
  for (let offset = 0; offset + HEADER_BYTES <= bytes.length;) {
    const length = bytes.readUInt32LE(offset);
    const type = bytes.readUInt16LE(offset + 4);
    if (type === NLMSG_DONE || type === NLMSG_ERROR) return true;
    if (length < HEADER_BYTES) return true;
    onMessage(Buffer.from(bytes.subarray(offset + HEADER_BYTES, offset + length)));
    offset += aligned(length);
  }
  return false;
}

function message(type: number, flags: number, attributes: Buffer): Buffer {
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeUInt32LE(HEADER_BYTES + attributes.length, 0);
  header.writeUInt16LE(type, 4);
  header.writeUInt16LE(flags, 6);
  header[16] = AF_INET;
  return Buffer.concat([header, attributes]);
}

function entryOf(body: Buffer): Entry | undefined {
  const [original, reply] = [attribute(body, TUPLE.original), attribute(body, TUPLE.reply)];
  const protocol = original && attribute(original.value, TUPLE_PART.protocol);
  if (!original || !reply || !protocol) return undefined;
  if (attribute(protocol.value, PROTOCOL.number)?.value[0] !== IPPROTO_UDP) return undefined;
  const destination = addressIn(original.value, IP.destination);
  const answering = addressIn(reply.value, IP.source);
  const port = attribute(protocol.value, PROTOCOL.destinationPort)?.value.readUInt16BE(0);
  if (destination === undefined || answering === undefined || port === undefined) return undefined;
  return {
    flow: { originalDestination: destination, originalPort: port, replySource: answering },
    originalTuple: original.whole,
  };
}

function addressIn(tuple: Buffer, part: number): string | undefined {
  const ip = attribute(tuple, TUPLE_PART.ip);
  const address = ip && attribute(ip.value, part);
  return address?.value.length === 4 ? [...address.value].join(".") : undefined;
}

function attribute(bytes: Buffer, wanted: number): { readonly value: Buffer; readonly whole: Buffer } | undefined {
  for (let offset = 0; offset + 4 <= bytes.length;) {
    const length = bytes.readUInt16LE(offset);
    if (length < 4) return undefined;
    if ((bytes.readUInt16LE(offset + 2) & TYPE_MASK) === wanted) {
      return {
        value: bytes.subarray(offset + 4, offset + length),
        whole: Buffer.from(bytes.subarray(offset, offset + aligned(length))),
      };
    }
    offset += aligned(length);
  }
  return undefined;
}

const aligned = (length: number): number => (length + 3) & ~3;
