import { goText } from "../../../lib/go/go-text.ts";
import { kubectlCommand } from "../../kubectl-command.ts";
import {
  type ApiObject,
  labelsOf,
  nameOf,
  namespaceOf,
  objectIn,
  objectsIn,
  textIn,
} from "../../objects/api-object.ts";
import { loadObjects } from "../../objects/load-objects.ts";

const SERVICES = {
  group: "",
  version: "v1",
  resource: "services",
  singular: "service",
  kind: "Service",
  namespaced: true,
  shortNames: ["svc"],
  categories: ["all"],
  verbs: ["list"],
  subresources: [],
};

export const clusterInfoCommand = kubectlCommand({
  usage: "[flags]",
  flags: {},
  examples: `  kube cluster-info
  kube cluster-info dump --output-directory=./dump`,
  subcommands: [
    {
      name: "dump",
      summary: "Dump relevant information for debugging and diagnosis",
      load: async () => (await import("../../cluster-info/cluster-info-dump.ts")).clusterInfoDumpCommand,
    },
  ],
  async run({ flags, session, context }) {
    const { cluster } = await session.target();
    const { objects, errors } = await loadObjects(await session.transport(), {
      sources: [
        {
          type: "collection",
          mapping: SERVICES,
          namespace: flags.namespace || "kube-system",
          labelSelector: "kubernetes.io/cluster-service=true",
          fieldSelector: undefined,
        },
      ],
      errors: [],
      isSingle: false,
    });
    const bold = context.stdout.isTTY === true && !context.env["NO_COLOR"];
    const lines = [
      ...(errors.length > 0 ? [] : [["Kubernetes control plane", cluster.server] as const]),
      ...objects.map(({ object }) => [serviceTitle(object), serviceLink(object, cluster.server)] as const),
    ];
    for (const [name, link] of lines) {
      const shown = bold ? [`\u001b[0;32m${name}\u001b[0m`, `\u001b[0;33m${link}\u001b[0m`] : [name, link];
      context.stdout.write(`${shown.join(" is running at ")}\n`);
    }
    context.stdout.write("\nTo further debug and diagnose cluster problems, use 'kubectl cluster-info dump'.\n");
    if (errors.length > 0) throw errors[0];
  },
});

const serviceTitle = (service: ApiObject): string => labelsOf(service)["kubernetes.io/name"] || nameOf(service);

/** Where a Service answers: its load balancer, else by way of the API server. */
function serviceLink(service: ApiObject, server: string): string {
  const ports = objectsIn(objectIn(service, "spec"), "ports");
  const [ingress] = objectsIn(objectIn(objectIn(service, "status"), "loadBalancer"), "ingress");
  if (ingress) {
    const host = textIn(ingress, "ip") || textIn(ingress, "hostname");
    return ports.map((port) => `http://${host}:${goText(port["port"])} `).join("");
  }
  const [port] = ports;
  const portName = port ? textIn(port, "name") : "";
  const scheme = portName === "https" || port?.["port"] === 443 ? "https" : "";
  const name =
    scheme === "" && portName === ""
      ? nameOf(service)
      : `${scheme === "" ? "" : `${scheme}:`}${nameOf(service)}:${portName}`;
  return `${server}/api/v1/namespaces/${namespaceOf(service)}/services/${name}/proxy`;
}
