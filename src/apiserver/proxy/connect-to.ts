import type { Duplex } from "node:stream";
import { connect as tlsConnect } from "node:tls";

import { abortReason } from "../../lib/abort.ts";
import type { PodDialer } from "../pod-dialer.ts";
import type { ConnectionSecurity, ProxyTarget } from "./proxy-target.ts";

/** A connection to a server inside the cluster. Rejects with the system's error, also for a certificate that is not to be trusted. */
export async function connectTo(
  dialer: PodDialer,
  { scheme, host, port, security }: ProxyTarget,
  signal: AbortSignal,
): Promise<Duplex> {
  const socket = await dialer.dial(host, port, signal);
  if (scheme === "http") return socket;
  // Certificates inside the cluster name no address that could be checked. Kubernetes does this too.
  if (!security) return tlsConnect({ socket, rejectUnauthorized: false });
  return await secured(socket, security, signal);
}

function secured(
  socket: Duplex,
  { serverName, ca, isVerified, client }: ConnectionSecurity,
  signal: AbortSignal,
): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    const secure = tlsConnect({
      socket,
      servername: serverName,
      rejectUnauthorized: isVerified,
      ...(ca === undefined ? {} : { ca: [ca] }),
      ...(client ? { cert: client.certificate, key: client.key } : {}),
    });
    const onError = (error: Error): void => {
      signal.removeEventListener("abort", onAbort);
      socket.destroy();
      reject(error);
    };
    const onAbort = (): void => {
      secure.destroy();
      reject(abortReason(signal));
    };
    signal.addEventListener("abort", onAbort, { once: true });
    secure.once("error", onError);
    secure.once("secureConnect", () => {
      signal.removeEventListener("abort", onAbort);
      secure.off("error", onError);
      resolve(secure);
    });
  });
}
