import { isApiError } from "../../api/api-error.ts";
import { endpointslices, services } from "../../api/resources.ts";
import type { Client } from "../../client/client.ts";
import { errorText } from "../../lib/logger.ts";
import { UserError } from "../../lib/user-error.ts";
import { startRegistry } from "../../registry/start-registry.ts";
import type { Addon } from "./addons.ts";

const PORT = 5000;
const KEY = { name: "registry", namespace: "kube-system" };

export interface RegistryAddonOptions {
  readonly client: Client;
  /** Where it keeps what is pushed; it stays there while the addon is off. */
  readonly folder: string;
  /** Of this host, on which pods may call it, if there is one. */
  readonly podFacing: readonly string[];
}

/** `docker push localhost:5000/app:1`, and `image: localhost:5000/app:1` in a pod: Docker itself is on this machine, so both mean this registry. */
export function registryAddon({ client, folder, podFacing }: RegistryAddonOptions): Addon {
  return {
    async start() {
      try {
        return await startRegistry({ folder, addresses: ["127.0.0.1", ...podFacing], port: PORT });
      } catch (error) {
        throw new UserError(`The registry cannot listen on port ${PORT} of localhost: ${errorText(error)}`, {
          hint: "Only one cluster of a machine can have it: kube addons disable registry --name OTHER",
          cause: error,
        });
      }
    },
    async install() {
      await ifMissing(() =>
        client.resource(services).create({
          apiVersion: "v1",
          kind: "Service",
          metadata: KEY,
          spec: { ports: [{ name: "http", port: 80, protocol: "TCP", targetPort: PORT }] },
        }),
      );
      if (podFacing.length === 0) return;
      await ifMissing(() =>
        client.resource(endpointslices).create({
          apiVersion: "discovery.k8s.io/v1",
          kind: "EndpointSlice",
          metadata: { ...KEY, labels: { "kubernetes.io/service-name": KEY.name } },
          addressType: "IPv4",
          endpoints: [{ addresses: [...podFacing], conditions: { ready: true } }],
          ports: [{ name: "http", port: PORT, protocol: "TCP" }],
        }),
      );
    },
    async uninstall() {
      await ifThere(() => client.resource(services).delete(KEY));
      await ifThere(() => client.resource(endpointslices).delete(KEY));
    },
  };
}

/** Somebody may have made it already. */
async function ifMissing(create: () => Promise<unknown>): Promise<void> {
  try {
    await create();
  } catch (error) {
    if (!isApiError(error, "AlreadyExists")) throw error;
  }
}

/** Somebody may have deleted it already. */
export async function ifThere(remove: () => Promise<unknown>): Promise<void> {
  try {
    await remove();
  } catch (error) {
    if (!isApiError(error, "NotFound")) throw error;
  }
}
