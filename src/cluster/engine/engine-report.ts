import { homedir } from "node:os";

import type { Clock } from "../../lib/time/clock.ts";
import { checkEngine, DockerConnection } from "../../node/runtime/docker/connection.ts";
import { dockerEndpoint } from "../../node/runtime/docker/endpoint.ts";

/** What the engine of this machine says of itself. */
export interface EngineReport {
  readonly version: string;
  readonly apiVersion: string;
  readonly cgroupVersion: string;
  readonly cgroupDriver: string;
  readonly storageDriver: string;
  /** Where it keeps images and containers, as it sees its own files. */
  readonly rootDirectory: string;
  /** Its time less ours, as exactly as the question's way there and back allows. */
  readonly skewMs: number;
  readonly networks: readonly { readonly name: string; readonly subnets: readonly string[] }[];
}

/** Asks once, and changes nothing. Throws UserError with what to do when no engine answers before the signal aborts. */
export async function engineReport(
  env: Readonly<Record<string, string | undefined>>,
  { clock, signal }: { readonly clock: Clock; readonly signal: AbortSignal },
): Promise<EngineReport> {
  const endpoint = await dockerEndpoint({ home: homedir(), env });
  using connection = new DockerConnection(endpoint, clock);
  const close = (): void => connection[Symbol.dispose]();
  signal.addEventListener("abort", close, { once: true });
  try {
    await checkEngine(connection, endpoint);
    const askedAt = clock.now();
    const info = (await connection.call("Asking Docker about its machine", () =>
      connection.docker.info(),
    )) as EngineInfo;
    const answeredAt = clock.now();
    const [version, networks] = await Promise.all([
      connection.call("Asking Docker for its version", () => connection.docker.version()),
      connection.call("Listing networks", (abortSignal) => connection.docker.listNetworks({ abortSignal })),
    ]);
    return {
      version: version.Version,
      apiVersion: version.ApiVersion,
      cgroupVersion: info.CgroupVersion ?? "1",
      cgroupDriver: info.CgroupDriver,
      storageDriver: info.Driver,
      rootDirectory: info.DockerRootDir,
      skewMs: skewBetween(Date.parse(info.SystemTime), askedAt, answeredAt),
      networks: networks.map(({ Name, IPAM }) => ({
        name: Name,
        subnets: (IPAM?.Config ?? []).flatMap(({ Subnet }) => Subnet ?? []),
      })),
    };
  } finally {
    signal.removeEventListener("abort", close);
  }
}

/** The engine looked at its clock at some moment in between: nothing is known of a difference that such a moment explains. */
export function skewBetween(engineMs: number, askedAt: number, answeredAt: number): number {
  if (engineMs < askedAt) return engineMs - askedAt;
  return engineMs > answeredAt ? engineMs - answeredAt : 0;
}

/** dockerode leaves the answer untyped. */
interface EngineInfo {
  readonly CgroupVersion?: string;
  readonly CgroupDriver: string;
  readonly Driver: string;
  readonly DockerRootDir: string;
  readonly SystemTime: string;
}
