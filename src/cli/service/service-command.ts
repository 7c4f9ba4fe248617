import { nodes, services } from "../../api/resources.ts";
import type { Service } from "../../api/types/core-v1.ts";
import { UserError } from "../../lib/user-error.ts";
import { isThisMachine, localClusterAt } from "../owner/local-cluster.ts";
import { TabWriter } from "../printers/tab-writer.ts";
import type { Session } from "../session.ts";
import { type ServiceAddress, serviceAddresses, type ServiceAddressOptions } from "./service-urls.ts";

/** How this machine reaches the cluster that the session talks to. */
export async function addressOptions(session: Session): Promise<ServiceAddressOptions> {
  const { server } = (await session.target()).cluster;
  const local = await localClusterAt(server, session.context.env);
  // Ingresses serve every Service by its name, unless they are switched off.
  if (local) return { httpPort: local.addons.ingress ? local.httpPort : 0, isLocal: true, nodeIp: undefined };
  const isLocal = isThisMachine(server);
  return { httpPort: 0, isLocal, nodeIp: isLocal ? undefined : await nodeIp(session) };
}

/** The address of a node; the first one by name without one. */
export async function nodeIp(session: Session, name?: string): Promise<string> {
  const client = (await session.client()).resource(nodes);
  const node =
    name === undefined
      ? (await client.list()).items.toSorted((a, b) => ((a.metadata.name ?? "") < (b.metadata.name ?? "") ? -1 : 1))[0]
      : await client.get({ name });
  const ip = node?.status?.addresses?.find(({ type }) => type === "InternalIP")?.address;
  if (ip === undefined)
    throw new UserError(name === undefined ? "The cluster has no node" : `Node "${name}" has no address`);
  return ip;
}

export async function findServices(session: Session, namespace: string | undefined): Promise<readonly Service[]> {
  const { items } = await (await session.client()).resource(services).list({ namespace });
  return items.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
}

/** A line for each port of each Service. */
export function printServices(
  write: (text: string) => void,
  found: readonly Service[],
  options: ServiceAddressOptions,
): void {
  const table = new TabWriter(write);
  table.write("NAMESPACE\tNAME\tTARGET PORT\tURL\n");
  for (const service of found) {
    const { namespace, name } = service.metadata;
    const addresses: readonly ServiceAddress[] = serviceAddresses(service, options);
    const rows = addresses.length === 0 ? [{ target: "<none>", url: undefined }] : addresses;
    for (const { target, url } of rows) table.write(`${namespace}\t${name}\t${target}\t${url ?? "<none>"}\n`);
  }
  table.flush();
}

const keyOf = ({ metadata }: Service): string => `${metadata.namespace}/${metadata.name}`;
