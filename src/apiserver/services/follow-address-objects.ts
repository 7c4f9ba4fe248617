import type { Kind } from "../../api/kind.ts";
import { ipAddress } from "../../api/kinds/networking/ip-address.ts";
import { serviceCidr } from "../../api/kinds/networking/service-cidr.ts";
import type { IPAddress, ServiceCIDR } from "../../api/types/networking-v1.ts";
import type { Logger } from "../../lib/logger.ts";
import type { KeyValue, Store, StoreEvent } from "../../store/store.ts";
import { ObjectStorage } from "../objects/object-storage.ts";
import type { ServiceAllocation } from "./service-allocation.ts";

/** Both kinds lie below it. */
const PREFIX = "/registry/networking.k8s.io/";

/** Keeps the ranges of ServiceCIDRs, and the addresses that somebody reserved by an IPAddress, known to the allocation. */
export async function followAddressObjects(
  store: Store,
  allocation: ServiceAllocation,
  log: Logger,
): Promise<Disposable> {
  const cidrStorage = new ObjectStorage(serviceCidr);
  const addressStorage = new ObjectStorage(ipAddress as unknown as Kind);
  const cidrs = new Map<string, ServiceCIDR>();
  const apply = (type: StoreEvent["type"], entry: KeyValue): void => {
    if (entry.key.startsWith(addressStorage.prefix)) {
      // What lies there was written as an object of this kind.
      const { metadata } = addressStorage.read(entry) as IPAddress;
      // Those of the controller say again what Services have.
      const isMirror = metadata.labels?.["ipaddress.kubernetes.io/managed-by"] === "ipallocator.k8s.io";
      if (!isMirror) allocation.setReserved(metadata.name ?? "", type === "put");
    } else if (entry.key.startsWith(cidrStorage.prefix)) {
      if (type === "put") cidrs.set(entry.key, cidrStorage.read(entry));
      else cidrs.delete(entry.key);
      allocation.setRanges([...cidrs.values()].filter(isReady).flatMap(({ spec }) => spec?.cidrs ?? []));
    }
  };
  const { items, revision } = await store.range(PREFIX);
  for (const entry of items) apply("put", entry);
  let isDisposed = false;
  const watch = await store.watch(PREFIX, revision, {
    onEvents(events) {
      for (const { type, entry } of events) apply(type, entry);
    },
    onEnd(error) {
      if (!isDisposed) log.error("Service ranges and addresses are no longer followed", { error });
    },
  });
  return {
    [Symbol.dispose]() {
      isDisposed = true;
      watch.close();
    },
  };
}

const isReady = ({ metadata, status }: ServiceCIDR): boolean =>
  metadata.deletionTimestamp === undefined &&
  (status?.conditions?.some(({ type, status: value }) => type === "Ready" && value === "True") ?? false);
