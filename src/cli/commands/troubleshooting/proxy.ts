import { once } from "node:events";
import { lstat, rm, stat } from "node:fs/promises";
import type { Server } from "node:http";
import { isIPv6 } from "node:net";
import { resolve } from "node:path";

import { HttpsTransport } from "../../../client/https-transport.ts";
import { UserError } from "../../../lib/user-error.ts";
import { booleanFlag, durationFlag, integerFlag, stringFlag } from "../../flags/flag.ts";
import { type Invocation, kubectlCommand } from "../../kubectl-command.ts";
import { createProxyServer } from "../../proxy/proxy-server.ts";
import { DEFAULT_PATTERNS, requestFilter } from "../../proxy/request-filter.ts";

const DEFAULT_PORT = 8001;

const proxyFlags = {
  "accept-hosts": stringFlag("Regular expression for hosts that the proxy should accept.", {
    default: DEFAULT_PATTERNS.acceptHosts,
  }),
  "accept-paths": stringFlag("Regular expression for paths that the proxy should accept.", {
    default: DEFAULT_PATTERNS.acceptPaths,
  }),
  address: stringFlag("The IP address on which to serve on.", { default: "127.0.0.1" }),
  "api-prefix": stringFlag("Prefix to serve the proxied API under.", { default: "/" }),
  "append-server-path": booleanFlag(
    "If true, enables automatic path appending of the kube context server path to each request.",
  ),
  "disable-filter": booleanFlag(
    "If true, disable request filtering in the proxy. This is dangerous, and can leave you vulnerable to XSRF attacks, when used with an accessible port.",
  ),
  keepalive: durationFlag(
    "keepalive specifies the keep-alive period for an active network connection. Set to 0 to disable keepalive.",
  ),
  port: integerFlag("The port on which to run the proxy. Set to 0 to pick a random port.", {
    short: "p",
    default: DEFAULT_PORT,
  }),
  "reject-methods": stringFlag(
    "Regular expression for HTTP methods that the proxy should reject (example --reject-methods='POST,PUT,PATCH').",
    { default: DEFAULT_PATTERNS.rejectMethods },
  ),
  "reject-paths": stringFlag(
    "Regular expression for paths that the proxy should reject. Paths specified here will be rejected even accepted by --accept-paths.",
    { default: DEFAULT_PATTERNS.rejectPaths },
  ),
  "unix-socket": stringFlag("Unix socket on which to run the proxy.", { short: "u" }),
  www: stringFlag("Also serve static files from the given directory under the specified prefix.", { short: "w" }),
  "www-prefix": stringFlag("Prefix to serve static files under, if static file directory is specified.", {
    short: "P",
    default: "/static/",
  }),
};

type ProxyInvocation = Invocation<typeof proxyFlags>;

export const proxyCommand = kubectlCommand({
  usage: "[--port=PORT] [--www=static-dir] [--www-prefix=prefix] [--api-prefix=prefix]",
  flags: proxyFlags,
  examples: `  kube proxy --port=8080
  curl http://localhost:8080/api/v1/namespaces/default/services/web/proxy/    a Service, through the API server
  kube proxy --www=./page --api-prefix=/k8s                                   beside files of one's own`,
  run: proxy,
});

async function proxy({ flags, session, context }: ProxyInvocation): Promise<void> {
  if (flags.port !== DEFAULT_PORT && flags["unix-socket"] !== "")
    throw new UserError("cannot set --unix-socket and --port at the same time");
  const warn = (text: string): void => void context.stderr.write(`Warning: ${text}\n`);
  const { connection } = await session.transport();
  const { origin, pathname: serverPath } = new URL(connection.server);
  const server = flags["append-server-path"] ? connection.server : origin;
  using transport = new HttpsTransport({ ...connection, server }, context.clock);
  if (serverPath !== "/" && !flags["append-server-path"])
    warn(
      `Your kube context contains a server path ${serverPath}, use --append-server-path to automatically append the path to each request`,
    );
  if (flags["disable-filter"] && flags["unix-socket"] === "")
    warn("Request filter disabled, your proxy is vulnerable to XSRF attacks, please be cautious");
  const accepts = flags["disable-filter"] ? undefined : requestFilter(patternsOf(flags));
  if (flags.www !== "") await warnOfFolder(resolve(context.cwd, flags.www), flags.www, warn);
  const listener = createProxyServer(transport, {
    apiPrefix: withSlash(flags["api-prefix"]),
    staticPrefix: withSlash(flags["www-prefix"]),
    staticFolder: flags.www === "" ? undefined : resolve(context.cwd, flags.www),
    accepts,
    signal: context.signal,
    onError: (error) => warn(`Error while proxying request: ${error instanceof Error ? error.message : String(error)}`),
  });
  const address = await listen(listener, flags, context.cwd);
  context.stdout.write(`Starting to serve on ${address}\n`);
  if (!context.signal.aborted) await once(context.signal, "abort");
  listener.closeAllConnections();
  listener.close();
}

const patternsOf = (flags: ProxyInvocation["flags"]) => ({
  acceptPaths: flags["accept-paths"],
  rejectPaths: flags["reject-paths"],
  acceptHosts: flags["accept-hosts"],
  rejectMethods: flags["reject-methods"],
});

const withSlash = (prefix: string): string => (prefix.endsWith("/") ? prefix : `${prefix}/`);

async function warnOfFolder(path: string, shown: string, warn: (text: string) => void): Promise<void> {
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
    const reason = error.code === "ENOENT" ? `stat ${shown}: no such file or directory` : error.message;
    warn(`Failed to stat static file directory ${shown}: ${reason}`);
  });
  if (found && !found.isDirectory()) warn(`Static file directory ${shown} is not a directory`);
}

/** Returns where it listens, as it is told to the user. */
async function listen(server: Server, flags: ProxyInvocation["flags"], cwd: string): Promise<string> {
  const socket = flags["unix-socket"];
  const { address: host, port } = flags;
  if (socket !== "") {
    const path = resolve(cwd, socket);
    // What an earlier proxy left behind.
    if ((await lstat(path).catch(() => undefined))?.isSocket()) await rm(path);
    server.listen(path);
  } else server.listen(port, host);
  await once(server, "listening").catch((error: NodeJS.ErrnoException) => {
    const reason = error.code === "EADDRINUSE" ? "bind: address already in use" : error.message;
    throw new UserError(
      socket === "" ? `listen tcp ${hostAndPort(host, port)}: ${reason}` : `listen unix ${socket}: ${reason}`,
    );
  });
  const bound = server.address();
  if (bound === null || typeof bound === "string") return socket;
  return hostAndPort(bound.address, bound.port);
}

const hostAndPort = (host: string, port: number): string => `${isIPv6(host) ? `[${host}]` : host}:${port}`;
