import { createClient, type Client } from "../client/client.ts";
import { type AnswerSummary, HttpsTransport } from "../client/https-transport.ts";
import { goDurationMs } from "../lib/go/go-duration.ts";
import { UserError } from "../lib/user-error.ts";
import { kubernetesVersion } from "../lib/version.ts";
import type { CliContext } from "./context.ts";
import { discover } from "./discovery/discovery.ts";
import { createResourceMapper, type ResourceMapper } from "./discovery/resource-mapper.ts";
import type { ConnectionFlagValues } from "./flags/connection-flags.ts";
import { klogLine } from "./klog-line.ts";
import { connectionTo } from "./kubeconfig/connection.ts";
import { loadKubeconfig } from "./kubeconfig/kubeconfig.ts";
import { chooseTarget, type Target } from "./kubeconfig/target.ts";
import { warningWriter } from "./warnings.ts";

/** One command's way to its server. Nothing is read or asked before it is needed. */
export interface Session extends Disposable {
  readonly context: CliContext;
  /** The server, user and namespace that kubeconfig and flags choose. */
  target(): Promise<Target>;
  transport(): Promise<HttpsTransport>;
  client(): Promise<Client>;
  mapper(): Promise<ResourceMapper>;
  /** Fails when the server warned and the user wants warnings to count as errors. */
  checkWarnings(): void;
}

export function openSession(flags: ConnectionFlagValues, context: CliContext): Session {
  const warnings = warningWriter(context.stderr);
  let opened: HttpsTransport | undefined;
  const target = once(
    async () => await chooseTarget(await loadKubeconfig(flags.kubeconfig, context.env), flags, context.env),
  );
  const transport = once(async () => {
    const timeoutMs = requestTimeoutMs(flags["request-timeout"]);
    const connection = await connectionTo(await target(), context);
    const onResponse = flags.v >= LOGS_REQUESTS ? requestLog(context) : undefined;
    opened = new HttpsTransport(connection, context.clock, { onWarning: warnings.warn, onResponse, timeoutMs });
    if (flags["match-server-version"]) await checkServerVersion(opened);
    return opened;
  });
  return {
    context,
    target,
    transport,
    client: async () => createClient(await transport()),
    mapper: once(async () => createResourceMapper(await discover(await transport()), warnings.warn)),
    checkWarnings() {
      if (flags["warnings-as-errors"] && warnings.count > 0)
        throw new UserError(warnings.count === 1 ? "1 warning received" : `${warnings.count} warnings received`);
    },
    [Symbol.dispose]() {
      opened?.[Symbol.dispose]();
    },
  };
}

/** The verbosity from which on kubectl tells of each request. */
const LOGS_REQUESTS = 6;

function requestLog(context: CliContext): (answer: AnswerSummary) => void {
  return ({ method, url, status, tookMs }) => {
    const text = `"Response" verb=${JSON.stringify(method)} url=${JSON.stringify(url)} status="${status}" milliseconds=${Math.round(tookMs)}`;
    context.stderr.write(klogLine("I", context, "https-transport.ts", text));
  };
}

async function checkServerVersion(transport: HttpsTransport): Promise<void> {
  const response = await transport.raw({ method: "GET", path: "/version" });
  // Parse edge: every API server answers this with its version.
  const { gitVersion } = (await response.json()) as { readonly gitVersion?: string };
  if (gitVersion !== kubernetesVersion.gitVersion)
    throw new UserError(
      `server version (${gitVersion ?? "unknown"}) differs from client version (${kubernetesVersion.gitVersion})!`,
    );
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => (made ??= make());
}

/** A bare number is in seconds; 0 waits as long as it takes. */
function requestTimeoutMs(text: string): number | undefined {
  const ms = /^\d+$/.test(text) ? Number(text) * 1000 : goDurationMs(text);
  if (ms === undefined)
    throw new UserError(
      "Invalid timeout value. Timeout must be a single integer in seconds, or an integer followed by a corresponding time unit (e.g. 1s | 2m | 3h)",
    );
  return ms === 0 ? undefined : ms;
}
