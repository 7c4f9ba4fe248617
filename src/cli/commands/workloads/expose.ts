import { services } from "../../../api/resources.ts";
import { updatedLastApplied } from "../../apply/last-applied.ts";
import { exposed } from "../../expose/exposed.ts";
import { exposingService, parsedLabels } from "../../expose/exposing-service.ts";
import { booleanFlag, stringFlag } from "../../flags/flag.ts";
import { dryRunFlag, fieldManagerFlag, filenameFlags } from "../../flags/shared-flags.ts";
import { type Invocation, kubectlCommand } from "../../kubectl-command.ts";
import { labelsOf, withMetadata } from "../../objects/api-object.ts";
import { type LoadedObject, loadObjects } from "../../objects/load-objects.ts";
import { overridden, overrideFlags } from "../../objects/overrides.ts";
import { requestResource } from "../../objects/resource-requests.ts";
import { manifestsOf, selectObjects } from "../../objects/select-objects.ts";
import { visitEach } from "../../objects/visit.ts";
import { dryRunOf, withDryRun, writeQuery } from "../../objects/write-options.ts";
import { generatedPrinter, printFlags } from "../../printers/print-flags.ts";

const exposeFlags = {
  ...printFlags,
  ...filenameFlags,
  ...overrideFlags,
  "cluster-ip": stringFlag(
    "ClusterIP to be assigned to the service. Leave empty to auto-allocate, or set to 'None' to create a headless service.",
  ),
  "dry-run": dryRunFlag,
  "external-ip": stringFlag("Additional external IP address (not managed by Kubernetes) to accept for the service."),
  "field-manager": fieldManagerFlag("kubectl-expose"),
  labels: stringFlag("Labels to apply to the service created by this call.", { short: "l" }),
  "load-balancer-ip": stringFlag("IP to assign to the LoadBalancer."),
  name: stringFlag("The name for the newly created object."),
  port: stringFlag("The port that the service should serve on. Copied from the resource being exposed, if unspecified"),
  protocol: stringFlag("The network protocol for the service to be created. Default is 'TCP'."),
  "save-config": booleanFlag("If true, the configuration of current object will be saved in its annotation."),
  selector: stringFlag(
    "A label selector to use for this service. Only equality-based selector requirements are supported. If empty (the default) infer the selector from the resource being exposed.",
  ),
  "session-affinity": stringFlag(
    "If non-empty, set the session affinity for the service to this; legal values: 'None', 'ClientIP'",
  ),
  "target-port": stringFlag("Name or number for the port on the container that the service should direct traffic to."),
  type: stringFlag(
    "Type for this service: ClusterIP, NodePort, LoadBalancer, or ExternalName. Default is 'ClusterIP'.",
  ),
};

type ExposeInvocation = Invocation<typeof exposeFlags>;

/** A Service's name may be no longer. */
const LONGEST_NAME = 63;

export const exposeCommand = kubectlCommand({
  usage:
    "(-f FILENAME | TYPE NAME) [--port=port] [--protocol=TCP|UDP|SCTP] [--target-port=number-or-name] [--name=name] [--type=type]",
  flags: exposeFlags,
  examples: `  kube expose deployment web --port=80 --target-port=8080
  kube expose deployment web --type=NodePort --port=80`,
  run: expose,
});

async function expose(invocation: ExposeInvocation): Promise<void> {
  const { args, flags, session } = invocation;
  const selection = await selectObjects(session, {
    args,
    filenames: flags.filename,
    kustomize: flags.kustomize,
    recursive: flags.recursive,
    requiresNamespace: true,
  });
  const manifests = manifestsOf(selection);
  const { objects, errors } =
    manifests.length > 0
      ? { objects: manifests, errors: selection.errors }
      : await loadObjects(await session.transport(), selection);
  await visitEach(objects, async (loaded) => await exposeOne(invocation, loaded), errors);
}

async function exposeOne(invocation: ExposeInvocation, { mapping, name, object }: LoadedObject): Promise<void> {
  const { flags, session, context } = invocation;
  const dryRun = dryRunOf(flags["dry-run"], context);
  const service = overridden(
    exposingService(exposed(mapping, object), {
      name: flags.name || name.slice(0, LONGEST_NAME),
      labels: flags.labels === "" ? labelsOf(object) : parsedLabels(flags.labels),
      selector: flags.selector,
      port: flags.port,
      protocol: flags.protocol,
      targetPort: flags["target-port"],
      type: flags.type,
      clusterIp: flags["cluster-ip"],
      externalIp: flags["external-ip"],
      loadBalancerIp: flags["load-balancer-ip"],
      sessionAffinity: flags["session-affinity"],
    }),
    flags,
  );
  const print = await generatedPrinter(flags, withDryRun("exposed", dryRun), context);
  const { namespace, isNamespaceExplicit } = await session.target();
  if (dryRun === "client") {
    context.stdout.write(print(isNamespaceExplicit ? withMetadata(service, { namespace }) : service));
    return;
  }
  const created = await requestResource(
    await session.transport(),
    { mapping: services, namespace },
    {
      method: "POST",
      query: writeQuery({ dryRun, fieldManager: flags["field-manager"] }),
      body: updatedLastApplied(service, { saves: flags["save-config"] }),
    },
  );
  context.stdout.write(print(created));
}
