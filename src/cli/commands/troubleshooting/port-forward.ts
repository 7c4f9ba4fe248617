import type { Duplex } from "node:stream";

import { isApiError } from "../../../api/api-error.ts";
import { pods } from "../../../api/resources.ts";
import type { Pod, Service } from "../../../api/types/core-v1.ts";
import { UserError } from "../../../lib/user-error.ts";
import { webSocketStream } from "../../../lib/wire/web-socket-stream.ts";
import { listFlag } from "../../flags/flag.ts";
import { type Invocation, kubectlCommand, usageError } from "../../kubectl-command.ts";
import { groupOf, kindOf } from "../../objects/api-object.ts";
import { namedPodOrOwner, podRunningTimeoutFlag, podRunningTimeoutProblem } from "../../pods/find-pod.ts";
import { liveliestPodOf } from "../../pods/pods-of-object.ts";
import { forwardPorts } from "../../port-forward/forward-ports.ts";
import { type ForwardedPort, podPorts, servicePorts } from "../../port-forward/forwarded-ports.ts";
import { listenAddresses } from "../../port-forward/listen.ts";

const POD_TIMEOUT_MS = 60_000;
/** SPDY inside a WebSocket, so that proxies on the way need not know SPDY; servers know it since 1.30. */
const TUNNEL_PROTOCOL = "SPDY/3.1+portforward.k8s.io";

const portForwardFlags = {
  address: listFlag(
    "Addresses to listen on (comma separated). Only accepts IP addresses or localhost as a value. localhost stands for both 127.0.0.1 and ::1, of which one must be available",
    { default: ["localhost"] },
  ),
  "pod-running-timeout": podRunningTimeoutFlag(POD_TIMEOUT_MS),
};

type PortForwardInvocation = Invocation<typeof portForwardFlags>;

export const portForwardCommand = kubectlCommand({
  usage: "TYPE/NAME [options] [LOCAL_PORT:]REMOTE_PORT [...[LOCAL_PORT_N:]REMOTE_PORT_N]",
  flags: portForwardFlags,
  examples: `  kube port-forward web-0 8080:80
  kube port-forward deployment/web 5000 6000
  kube port-forward service/web 8443:https
  kube port-forward --address 0.0.0.0 web-0 :80`,
  run: portForward,
});

async function portForward(invocation: PortForwardInvocation): Promise<void> {
  const { args, flags, context } = invocation;
  const [name = "", ...texts] = args;
  if (texts.length === 0) throw usageError(invocation, "TYPE/NAME and list of ports are required for port-forward");
  if (flags["pod-running-timeout"] <= 0) throw usageError(invocation, podRunningTimeoutProblem);
  const { pod, ports } = await podAndPorts(invocation, name, texts);
  const phase = pod.status?.phase ?? "";
  if (phase !== "Running")
    throw new UserError(`unable to forward port because pod is not running. Current status=${phase}`);
  const addresses = listenAddresses(flags.address);
  await forwardPorts(await openTunnel(invocation, pod), ports, addresses, context);
}

async function podAndPorts(
  { flags, session, context }: PortForwardInvocation,
  name: string,
  texts: readonly string[],
): Promise<{ readonly pod: Pod; readonly ports: readonly ForwardedPort[] }> {
  const found = await namedPodOrOwner(session, name);
  if ("pod" in found) return { pod: found.pod, ports: podPorts(texts, found.pod) };
  const pod = await liveliestPodOf(found.owner, { session, context, timeoutMs: flags["pod-running-timeout"] });
  const isService = kindOf(found.owner) === "Service" && groupOf(found.owner) === "";
  // Parse edge: the server answered with an object of this kind.
  const ports = isService ? servicePorts(texts, found.owner as unknown as Service, pod) : podPorts(texts, pod);
  return { pod, ports };
}

async function openTunnel({ session, context }: PortForwardInvocation, { metadata }: Pod): Promise<Duplex> {
  const { name = "", namespace = "" } = metadata;
  const transport = await session.transport();
  try {
    const connection = await transport.webSocket({
      path: `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(name)}/portforward`,
      protocols: [TUNNEL_PROTOCOL],
      signal: context.signal,
      summary: { method: "GET", resource: pods.resource, name },
    });
    return webSocketStream(connection);
  } catch (error) {
    if (isApiError(error)) throw new UserError(`error upgrading connection: ${error.message}`, { cause: error });
    throw error;
  }
}
