import { untilAborted } from "../../lib/abort.ts";
import { errorText } from "../../lib/logger.ts";
import { type SpdyConnection, type SpdyStream, SpdyStreamReset } from "../../lib/wire/spdy.ts";
import type { PortForwardSession } from "../api-request.ts";

export const PORT_FORWARD_PROTOCOL = "portforward.k8s.io";

/** Two streams of one request make a connection: the bytes, and the message when it fails. */
interface StreamPair {
  data?: SpdyStream;
  error?: SpdyStream;
}

/** Opens a connection into the pod for each pair of streams. Resolves when the client is gone. */
export async function servePortForwardSpdy(session: PortForwardSession, connection: SpdyConnection): Promise<void> {
  const gone = new AbortController();
  const pairs = new Map<string, StreamPair>();
  const running = new Set<Promise<void>>();
  try {
    await connection.run((stream) => {
      const { requestid = "", streamtype } = stream.headers;
      const pair = pairs.get(requestid) ?? {};
      pairs.set(requestid, pair);
      if (streamtype === "data") pair.data = stream;
      if (streamtype === "error") pair.error = stream;
      if (!pair.data || !pair.error) return;
      pairs.delete(requestid);
      const forwarding = forward(session, pair.data, pair.error, gone.signal).finally(() => running.delete(forwarding));
      running.add(forwarding);
    });
  } finally {
    gone.abort(new Error("The client is gone"));
    await Promise.allSettled(running);
  }
}

async function forward(
  session: PortForwardSession,
  data: SpdyStream,
  error: SpdyStream,
  signal: AbortSignal,
): Promise<void> {
  const port = Number(data.headers["port"]);
  const writer = error.writable.getWriter();
  const ended = new AbortController();
  try {
    // A pod that is gone may take minutes to refuse: neither the client's end nor the server's stop waits for that.
    const { readable, writable } = await untilAborted(session.connect(port, signal), signal);
    const options = { signal: AbortSignal.any([signal, ended.signal]) };
    const toPod = data.readable.pipeTo(writable, options);
    const toClient = readable.pipeTo(data.writable, options);
    // The pod has said all: clients before 1.30 close their side only when they hear that the connection is over.
    await Promise.race([toClient, toPod.then(() => toClient)]);
    ended.abort(new Error("The pod has closed the connection"));
    await Promise.allSettled([toPod]);
  } catch (failure) {
    ended.abort(failure);
    if (signal.aborted) return;
    // client-go resets the stream of each connection that it has finished with, and takes any message for the end of them all.
    if (!(failure instanceof SpdyStreamReset)) {
      const message = `an error occurred forwarding ${port}: ${errorText(failure)}`;
      await writer.write(Buffer.from(message)).catch(() => undefined);
      await data.writable.abort(failure).catch(() => undefined);
    }
  }
  // Clients wait for the end of this stream; when they are gone there is nobody to tell.
  await writer.close().catch(() => undefined);
}
