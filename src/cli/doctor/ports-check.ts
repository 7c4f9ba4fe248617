import { isPortFree } from "../../cluster/config/choose-config.ts";
import type { ClusterConfig } from "../../cluster/config/config.ts";
import { type Check, failure, type Finding, ok, warning } from "./check.ts";

export const portsCheck: Check = {
  name: "ports",
  timeoutMs: 12_000,
  async probe(patient) {
    const { config, isNew } = await patient.plan();
    const wanted = wantedPorts(config);
    if (await patient.server()) return ok(`The cluster runs and listens on ${portList(wanted)}`);
    const free = await Promise.all(wanted.map(async ({ port }) => await isPortFree(port)));
    const taken = wanted.filter((_, index) => free[index] === false);
    return portsFinding(wanted, taken, isNew ? "" : config.name);
  },
};

interface WantedPort {
  readonly purpose: string;
  readonly port: number;
  /** What to give `kube start` for another. */
  readonly option: string;
  /** Without it the cluster does not start. */
  readonly isNeeded: boolean;
}

/** On this machine; nothing else is listened on, since the API server answers for its nodes. */
export function wantedPorts({
  port,
  httpPort,
  httpsPort,
  ports,
  addons,
}: Pick<ClusterConfig, "port" | "httpPort" | "httpsPort" | "ports" | "addons">): readonly WantedPort[] {
  const ingress = addons.ingress
    ? [
        { purpose: "HTTP", port: httpPort, option: `--http-port ${httpPort + 1}`, isNeeded: false },
        { purpose: "HTTPS", port: httpsPort, option: `--https-port ${httpsPort + 1}`, isNeeded: false },
      ]
    : [];
  const published = ports
    .filter(({ protocol }) => protocol === "TCP")
    .map((each) => ({
      purpose: "published",
      port: each.port,
      option: `--ports ${each.port + 1}:${each.nodePort}`,
      isNeeded: true,
    }));
  return [
    { purpose: "API", port, option: `--port ${port + 1}`, isNeeded: true },
    ...ingress.filter((each) => each.port > 0),
    ...published,
  ];
}

const portList = (ports: readonly WantedPort[]): string =>
  ports.map(({ purpose, port }) => `${port} (${purpose})`).join(", ");

/** `stopped` is the name of a cluster that has its ports already; a new one would choose others. */
export function portsFinding(wanted: readonly WantedPort[], taken: readonly WantedPort[], stopped: string): Finding {
  const first = taken.find(({ isNeeded }) => isNeeded) ?? taken[0];
  const name = stopped === "" ? "" : ` --name ${stopped}`;
  if (!first) return ok(`Free: ${portList(wanted)}`);
  const why = `Another program uses ${portList(taken)}`;
  const mend = `kube start${name} ${first.option}`;
  return taken.some(({ isNeeded }) => isNeeded) ? failure(why, mend) : warning(why, mend);
}
