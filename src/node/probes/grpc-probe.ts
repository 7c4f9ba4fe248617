import { connect, constants } from "node:http2";

import type { GRPCAction } from "../../api/types/core-v1.ts";
import { untilAborted } from "../../lib/abort.ts";
import { errorText } from "../../lib/logger.ts";
import { kubernetesVersion } from "../../lib/version.ts";
import { dialErrorText } from "./dial-error.ts";
import type { ProbeResult } from "./probe-result.ts";
import type { ProbeTarget } from "./probe-target.ts";

const STATUS_NAMES = ["UNKNOWN", "SERVING", "NOT_SERVING", "SERVICE_UNKNOWN"];
const SERVING = 1;
const UNIMPLEMENTED = 12;

/** Succeeds when the service's grpc.health.v1.Health says that it serves. */
export async function grpcProbe(
  { port, service = "" }: GRPCAction,
  { podIp, dialer }: ProbeTarget,
  signal: AbortSignal,
): Promise<ProbeResult> {
  const address = `${podIp}:${port}`;
  const socket = await dialer.dial(podIp, port, signal).catch((error: unknown) => error);
  if (!isSocket(socket)) {
    if (signal.aborted) return failure(`timeout: failed to connect service "${address}" within the probe's time`);
    const what = dialErrorText(socket, podIp, port) ?? errorText(socket);
    return failure(`error: failed to connect service at "${address}": ${what}`);
  }
  const session = connect(`http://${address}`, { createConnection: () => socket });
  try {
    return resultOf(await untilAborted(check(session, service), signal));
  } catch (error) {
    if (signal.aborted) return failure("timeout: health rpc did not complete within the probe's time");
    return failure(`error: health rpc probe failed: ${errorText(error)}`);
  } finally {
    session.destroy();
    socket.destroy();
  }
}

interface CheckAnswer {
  readonly grpcStatus: number;
  readonly grpcMessage: string;
  readonly body: Buffer;
}

function check(session: ReturnType<typeof connect>, service: string): Promise<CheckAnswer> {
  const { promise, resolve, reject } = Promise.withResolvers<CheckAnswer>();
  const request = session.request({
    [constants.HTTP2_HEADER_METHOD]: "POST",
    [constants.HTTP2_HEADER_PATH]: "/grpc.health.v1.Health/Check",
    [constants.HTTP2_HEADER_CONTENT_TYPE]: "application/grpc",
    [constants.HTTP2_HEADER_USER_AGENT]: `kube-probe/${kubernetesVersion.major}.${kubernetesVersion.minor}`,
    te: "trailers",
  });
  const chunks: Buffer[] = [];
  const status = new Map<string, string>();
  // A refusal may come in the headers, without any body or trailers.
  const note = (headers: Readonly<Record<string, unknown>>): void => {
    for (const name of ["grpc-status", "grpc-message"]) {
      if (typeof headers[name] === "string") status.set(name, headers[name]);
    }
  };
  session.once("error", reject);
  request.once("error", reject);
  request.on("response", note);
  request.on("trailers", note);
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  request.once("end", () =>
    resolve({
      grpcStatus: Number(status.get("grpc-status") ?? 2),
      grpcMessage: status.get("grpc-message") ?? "",
      body: Buffer.concat(chunks),
    }),
  );
  request.end(requestFrame(service));
  return promise;
}

function resultOf({ grpcStatus, grpcMessage, body }: CheckAnswer): ProbeResult {
  if (grpcStatus === UNIMPLEMENTED) {
    const what = "error: this server does not implement the grpc health protocol (grpc.health.v1.Health)";
    return failure(`${what}: ${grpcMessage}`);
  }
  if (grpcStatus !== 0) {
    return failure(`error: health rpc probe failed: rpc error: code = ${grpcStatus} desc = ${grpcMessage}`);
  }
  // A frame's five bytes, then field 1 (an enum) of HealthCheckResponse; absent means UNKNOWN.
  const serving = body[5] === 0x08 ? (body[6] ?? 0) : 0;
  if (serving === SERVING) return { outcome: "success" };
  return failure(`service unhealthy (responded with "${STATUS_NAMES[serving] ?? serving}")`);
}

/** A HealthCheckRequest with its frame: field 1 is the name of the service. */
function requestFrame(service: string): Buffer {
  const name = Buffer.from(service, "utf8");
  const message = name.length === 0 ? name : Buffer.concat([Buffer.from([0x0a, ...varint(name.length)]), name]);
  const head = Buffer.alloc(5);
  head.writeUInt32BE(message.length, 1);
  return Buffer.concat([head, message]);
}

function varint(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...varint(value >>> 7)];
}

const failure = (output: string): ProbeResult => ({ outcome: "failure", output });

type Socket = Awaited<ReturnType<ProbeTarget["dialer"]["dial"]>>;
const isSocket = (value: unknown): value is Socket => value instanceof Object && "destroy" in value;
