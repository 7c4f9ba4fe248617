import { dnsSubdomainProblems, portNameProblems } from "../../api/names.ts";
import { services } from "../../api/resources.ts";
import type { JsonObject } from "../../lib/json/json-value.ts";
import { UserError } from "../../lib/user-error.ts";
import { integerFlag, listFlag, stringFlag } from "../flags/flag.ts";
import { type KubectlCommand, subcommandsOnly } from "../kubectl-command.ts";
import { generator } from "./generator.ts";

const tcp = listFlag("Port pairs can be specified as '<port>:<targetPort>'.");

type ServiceType = "ClusterIP" | "NodePort" | "LoadBalancer" | "ExternalName";

interface ServiceWish {
  readonly type: ServiceType;
  readonly tcp: readonly string[];
  readonly clusterIp?: string;
  readonly nodePort?: number;
  readonly externalName?: string;
}

const clusterIpCommand = generator({
  usage: "NAME [--tcp=<port>:<targetPort>] [--clusterip=None]",
  type: services,
  failure: "failed to create ClusterIP service: ",
  flags: {
    clusterip: stringFlag("Assign your own ClusterIP or set to 'None' for a 'headless' service (no loadbalancing)."),
    tcp,
  },
  build: ({ flags }, name) => service(name, { type: "ClusterIP", tcp: flags.tcp, clusterIp: flags.clusterip }),
});

const nodePortCommand = generator({
  usage: "NAME [--tcp=port:targetPort]",
  type: services,
  failure: "failed to create NodePort service: ",
  flags: { "node-port": integerFlag("Port used to expose the service on each node in a cluster."), tcp },
  build: ({ flags }, name) => service(name, { type: "NodePort", tcp: flags.tcp, nodePort: flags["node-port"] }),
});

const loadBalancerCommand = generator({
  usage: "NAME [--tcp=port:targetPort]",
  type: services,
  failure: "failed to create LoadBalancer service: ",
  flags: { tcp },
  build: ({ flags }, name) => service(name, { type: "LoadBalancer", tcp: flags.tcp }),
});

const externalNameCommand = generator({
  usage: "NAME --external-name external.name",
  type: services,
  failure: "failed to create ExternalName service: ",
  flags: { "external-name": stringFlag("External name of service"), tcp },
  required: ["external-name"],
  build: ({ flags }, name) =>
    service(name, { type: "ExternalName", tcp: flags.tcp, externalName: flags["external-name"] }),
});

const entry = (name: string, summary: string, command: KubectlCommand) => ({
  name,
  summary,
  load: () => Promise.resolve(command),
});

export const createServiceCommand = subcommandsOnly({
  usage: "[clusterip | nodeport | loadbalancer | externalname]",
  examples: `  kube create service clusterip web --tcp=80:8080`,
  subcommands: [
    entry("clusterip", "Create a ClusterIP service", clusterIpCommand),
    entry("nodeport", "Create a NodePort service", nodePortCommand),
    entry("loadbalancer", "Create a LoadBalancer service", loadBalancerCommand),
    entry("externalname", "Create an ExternalName service", externalNameCommand),
  ],
});

function service(name: string, wish: ServiceWish) {
  if (wish.clusterIp !== "None" && wish.tcp.length === 0 && wish.type !== "ExternalName")
    throw new UserError("at least one tcp port specifier must be provided");
  if (wish.externalName !== undefined && dnsSubdomainProblems(wish.externalName).length > 0)
    throw new UserError(`invalid service external name ${wish.externalName}`);
  const ports = wish.tcp.map((pair) => servicePort(pair, wish.nodePort ?? 0));
  const labels = { app: name };
  return {
    metadata: { labels },
    body: {
      spec: {
        ...(ports.length > 0 ? { ports } : {}),
        selector: labels,
        ...(wish.clusterIp ? { clusterIP: wish.clusterIp } : {}),
        type: wish.type,
        ...(wish.externalName === undefined ? {} : { externalName: wish.externalName }),
      },
      status: { loadBalancer: {} },
    },
  };
}

function servicePort(pair: string, nodePort: number): JsonObject {
  const [portText = "", target] = pair.split(":");
  const port = Number(portText);
  if (!/^\d+$/.test(portText) || port > 65_535)
    throw new UserError(`strconv.ParseUint: parsing ${JSON.stringify(portText)}: invalid syntax`);
  return {
    name: pair.replaceAll(":", "-"),
    protocol: "TCP",
    port,
    targetPort: target === undefined ? port : targetPort(target),
    ...(nodePort === 0 ? {} : { nodePort }),
  };
}

function targetPort(text: string): number | string {
  if (/^-?\d+$/.test(text)) {
    const port = Number(text);
    if (port < 1 || port > 65_535) throw new UserError("must be between 1 and 65535, inclusive");
    return port;
  }
  const problems = portNameProblems(text);
  if (problems.length > 0) throw new UserError(problems.join(","));
  return text;
}
