import { internalError, invalid } from "../../api/api-error.ts";
import { at, child, FieldErrors } from "../../api/field-errors.ts";
import { needsHealthCheckPort, needsNodePorts } from "../../api/kinds/core/service-facts.ts";
import { keepAllocatedValues, normalizeClusterIps } from "../../api/kinds/core/service-update.ts";
import type { KubeObject } from "../../api/resource-type.ts";
import { services } from "../../api/resources.ts";
import type { Service, ServicePort } from "../../api/types/core-v1.ts";
import type { Cidr } from "../../lib/cidr.ts";
import type { ObjectReader } from "../objects/object-reader.ts";
import type { PendingWrite, WriteHook } from "../objects/write-hook.ts";
import { AddressPools } from "./address-pools.ts";
import { setIpFamilies } from "./ip-families.ts";
import { PortPool, type PortRange } from "./port-pool.ts";

export interface ServiceRanges {
  readonly clusterIps: Cidr;
  readonly nodePorts: PortRange;
}

/**
 * Hands out cluster addresses and node ports. What is held is what the stored services hold: the pools are filled from the
 * store at the start, and change with each write in the same turn that decides it, so no two services get the same.
 */
export class ServiceAllocation implements WriteHook {
  readonly #addresses: AddressPools;
  readonly #ports: PortPool;

  private constructor({ clusterIps, nodePorts }: ServiceRanges) {
    this.#addresses = new AddressPools(clusterIps);
    this.#ports = new PortPool(nodePorts);
  }

  static async load(ranges: ServiceRanges, reader: ObjectReader): Promise<ServiceAllocation> {
    const allocation = new ServiceAllocation(ranges);
    for (const service of await reader.list(services)) {
      // A service from outside of the ranges, which may have been changed, keeps what it has.
      for (const ip of clusterIpsOf(service)) allocation.#addresses.take(ip);
      for (const port of nodePortsOf(service)) allocation.#ports.take(port);
    }
    return allocation;
  }

  /** The ranges of ServiceCIDRs. */
  setRanges(ranges: readonly string[]): void {
    this.#addresses.setRanges(ranges);
  }

  /** Somebody made or removed an IPAddress: it holds its address as a service does. */
  setReserved(address: string, isReserved: boolean): void {
    if (isReserved) this.#addresses.reserve(address);
    else this.#addresses.unreserve(address);
  }

  beginCreate(draft: KubeObject): PendingWrite {
    return this.#begin(draft, undefined);
  }

  beginUpdate(draft: KubeObject, old: Readonly<KubeObject>): PendingWrite {
    return this.#begin(draft, old);
  }

  afterDelete(last: Readonly<KubeObject>): void {
    this.#release(clusterIpsOf(last), nodePortsOf(last));
  }

  #begin(service: Service, old: Readonly<Service> | undefined): PendingWrite {
    const taken = new Taken(this.#addresses, this.#ports);
    try {
      if (old) keepAllocatedValues(service, old);
      normalizeClusterIps(service, old);
      const errors = new FieldErrors();
      setIpFamilies(service, old, errors);
      throwInvalid(service, errors);
      this.#assignAddress(service, old, taken);
      this.#assignPorts(service, old, taken);
    } catch (error) {
      taken.release();
      throw error;
    }
    return {
      commit: () => {
        if (old)
          this.#release(
            without(clusterIpsOf(old), clusterIpsOf(service)),
            without(nodePortsOf(old), nodePortsOf(service)),
          );
      },
      rollback: () => taken.release(),
    };
  }

  #assignAddress(service: Service, old: Readonly<Service> | undefined, taken: Taken): void {
    const spec = (service.spec ??= {});
    if (spec.type === "ExternalName" || spec.clusterIP === "None") return;
    const held = old ? clusterIpsOf(old) : [];
    const wanted = spec.clusterIPs?.filter((ip) => ip !== "") ?? [];
    const errors = new FieldErrors();
    if (wanted.length === 0) {
      const address = taken.anyAddress();
      if (address === undefined) {
        throw internalError(`failed to allocate a serviceIP: range is full`);
      }
      spec.clusterIPs = [address];
    }
    for (const ip of without(wanted, held)) {
      const problem = taken.address(ip);
      if (problem) errors.invalid("spec.clusterIPs", wanted, `failed to allocate IP ${ip}: ${problem}`);
    }
    throwInvalid(service, errors);
    spec.clusterIP = spec.clusterIPs?.[0];
  }

  #assignPorts(service: Service, old: Readonly<Service> | undefined, taken: Taken): void {
    const { spec } = service;
    if (!spec || !needsNodePorts(service)) return;
    const ports = spec.ports ?? [];
    const held = new Set(old ? nodePortsOf(old) : []);
    const errors = new FieldErrors();
    const take = (port: number, path: string): void => {
      if (held.has(port)) return;
      held.add(port);
      const problem = taken.port(port);
      if (problem) errors.invalid(path, port, problem);
    };
    ports.forEach(({ nodePort }, index) => {
      if (nodePort) take(nodePort, child(at("spec.ports", index), "nodePort"));
    });
    if (needsHealthCheckPort(service) && spec.healthCheckNodePort) {
      take(spec.healthCheckNodePort, "spec.healthCheckNodePort");
    }
    throwInvalid(service, errors);
    if (spec.type !== "LoadBalancer" || spec.allocateLoadBalancerNodePorts !== false) {
      for (const port of ports) port.nodePort ||= nodePortOfSamePort(port, ports) ?? anyPort(taken);
    }
    if (needsHealthCheckPort(service)) spec.healthCheckNodePort ||= anyPort(taken);
  }

  #release(addresses: readonly string[], ports: readonly number[]): void {
    for (const address of addresses) this.#addresses.release(address);
    for (const port of ports) this.#ports.release(port);
  }
}

/** What one write has taken so far, to be given back if it comes to nothing. */
class Taken {
  readonly #addressPool: AddressPools;
  readonly #portPool: PortPool;
  readonly #addresses: string[] = [];
  readonly #ports: number[] = [];

  constructor(addresses: AddressPools, ports: PortPool) {
    this.#addressPool = addresses;
    this.#portPool = ports;
  }

  address(address: string): string | undefined {
    const problem = this.#addressPool.take(address);
    if (!problem) this.#addresses.push(address);
    return problem;
  }

  anyAddress(): string | undefined {
    const address = this.#addressPool.takeAny();
    if (address !== undefined) this.#addresses.push(address);
    return address;
  }

  port(port: number): string | undefined {
    const problem = this.#portPool.take(port);
    if (!problem) this.#ports.push(port);
    return problem;
  }

  anyPort(): number | undefined {
    const port = this.#portPool.takeAny();
    if (port !== undefined) this.#ports.push(port);
    return port;
  }

  release(): void {
    for (const address of this.#addresses) this.#addressPool.release(address);
    for (const port of this.#ports) this.#portPool.release(port);
  }
}

function anyPort(taken: Taken): number {
  const port = taken.anyPort();
  if (port === undefined) throw internalError("failed to allocate a nodePort: range is full");
  return port;
}

/** A port that is served by two protocols has one number on the nodes. */
function nodePortOfSamePort(port: ServicePort, ports: readonly ServicePort[]): number | undefined {
  const twin = ports.find(
    (other) => other.port === port.port && other.nodePort && (other.protocol ?? "TCP") !== (port.protocol ?? "TCP"),
  );
  return twin?.nodePort;
}

const clusterIpsOf = ({ spec }: Readonly<Service>): readonly string[] =>
  spec?.type === "ExternalName" ? [] : (spec?.clusterIPs ?? []).filter((ip) => ip !== "None" && ip !== "");

function nodePortsOf({ spec }: Readonly<Service>): readonly number[] {
  const ports = [...(spec?.ports?.map(({ nodePort }) => nodePort) ?? []), spec?.healthCheckNodePort];
  return [...new Set(ports.filter((port): port is number => port !== undefined && port !== 0))];
}

const without = <T>(values: readonly T[], removed: readonly T[]): readonly T[] =>
  values.filter((value) => !removed.includes(value));

function throwInvalid({ metadata }: Service, { isEmpty, errors }: FieldErrors): void {
  if (!isEmpty) throw invalid(services, metadata.name ?? "", errors);
}
