import { metricsKinds } from "../../api/kinds/metrics/metrics-kinds.ts";
import { ingressclasses, storageclasses } from "../../api/resources.ts";
import type { ApiServer } from "../../apiserver/server.ts";
import type { Client } from "../../client/client.ts";
import type { InformerFactory } from "../../client/informer-factory.ts";
import type { Logger } from "../../lib/logger.ts";
import type { Clock } from "../../lib/time/clock.ts";
import { INGRESS_CLASS, type IngressOptions, startIngress } from "../../network/ingress/ingress-controller.ts";
import { createStandardClass, STANDARD_CLASS } from "../bootstrap/bootstrap-objects.ts";
import { ensureMetricsObjects, removeMetricsObjects } from "../bootstrap/metrics-objects.ts";
import type { AddonName } from "../config/addon-switches.ts";
import type { ClusterConfig } from "../config/config.ts";
import type { DataDirectory } from "../config/data-directory.ts";
import type { Addon } from "./addons.ts";
import { ifThere, registryAddon } from "./registry-addon.ts";

export interface BuiltInAddonOptions {
  readonly apiServer: ApiServer;
  readonly client: Client;
  readonly informers: InformerFactory;
  readonly config: ClusterConfig;
  readonly directory: DataDirectory;
  /** Addresses of this host on which pods may call it. */
  readonly podFacing: readonly string[];
  readonly issueCertificate: IngressOptions["issueCertificate"];
  readonly clock: Clock;
  readonly log: Logger;
}

export function builtInAddons(options: BuiltInAddonOptions): Readonly<Record<AddonName, Addon>> {
  const { client, directory, podFacing } = options;
  return {
    // It is part of the command line, which looks at the switch.
    dashboard: {},
    "default-storageclass": {
      install: async () => await createStandardClass(client),
      uninstall: async () => await ifThere(() => client.resource(storageclasses).delete({ name: STANDARD_CLASS })),
    },
    ingress: ingressAddon(options),
    metrics: metricsAddon(options),
    registry: registryAddon({ client, folder: directory.registry, podFacing }),
  };
}

function ingressAddon({
  client,
  informers,
  config,
  directory,
  issueCertificate,
  clock,
  log,
}: BuiltInAddonOptions): Addon {
  const { httpPort, httpsPort } = config;
  // Pods that only pretend to run answer nobody.
  if (httpPort === 0 || httpsPort === 0) return {};
  const ports = { httpPort, httpsPort, issueCertificate, accessLog: directory.accessLog };
  return {
    start: async () =>
      await startIngress({ cluster: config.name, client, informers, ...ports, clock, log: log.named("ingress") }),
    uninstall: async () => await ifThere(() => client.resource(ingressclasses).delete({ name: INGRESS_CLASS })),
  };
}

function metricsAddon({ apiServer, client }: BuiltInAddonOptions): Addon {
  return {
    async start() {
      const served = apiServer.serveAlso("metrics", metricsKinds);
      await ensureMetricsObjects(client);
      return {
        async [Symbol.asyncDispose]() {
          served[Symbol.dispose]();
          await Promise.resolve();
        },
      };
    },
    uninstall: async () => await removeMetricsObjects(client),
  };
}
