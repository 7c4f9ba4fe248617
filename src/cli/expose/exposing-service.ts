import type { JsonObject } from "../../lib/json/json-value.ts";
import { UserError } from "../../lib/user-error.ts";
import type { ApiObject } from "../objects/api-object.ts";
import type { Exposed, ExposedPort } from "./exposed.ts";

/** What the flags of `expose` ask for; empty where they leave it to the object. */
export interface ServiceWishes {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly selector: string;
  readonly port: string;
  readonly protocol: string;
  readonly targetPort: string;
  readonly type: string;
  readonly clusterIp: string;
  readonly externalIp: string;
  readonly loadBalancerIp: string;
  readonly sessionAffinity: string;
}

/** The Service that makes an object reachable. */
export function exposingService(exposed: Exposed, wishes: ServiceWishes): ApiObject {
  const { sessionAffinity } = wishes;
  if (sessionAffinity !== "" && sessionAffinity !== "None" && sessionAffinity !== "ClientIP")
    throw new UserError(`unknown session affinity: ${sessionAffinity}`);
  const selector = wishes.selector === "" ? selectorOf(exposed) : parsedLabels(wishes.selector);
  const ports = servicePorts(exposed, wishes);
  const isBalanced = wishes.type === "LoadBalancer" && wishes.loadBalancerIp !== "";
  return {
    kind: "Service",
    apiVersion: "v1",
    metadata: { name: wishes.name, ...(Object.keys(wishes.labels).length > 0 ? { labels: { ...wishes.labels } } : {}) },
    spec: {
      ...(ports.length > 0 ? { ports: [...ports] } : {}),
      selector: { ...selector },
      ...(wishes.clusterIp === "" ? {} : { clusterIP: wishes.clusterIp }),
      ...(wishes.type === "" ? {} : { type: wishes.type }),
      ...(wishes.externalIp === "" ? {} : { externalIPs: [wishes.externalIp] }),
      ...(sessionAffinity === "" ? {} : { sessionAffinity }),
      ...(isBalanced ? { loadBalancerIP: wishes.loadBalancerIp } : {}),
    },
    status: { loadBalancer: {} },
  };
}

function selectorOf(exposed: Exposed): Readonly<Record<string, string>> {
  try {
    return exposed.selector();
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    throw new UserError(`couldn't retrieve selectors via --selector flag or introspection: ${error.message}`);
  }
}

/** `a=b,c=d` */
export function parsedLabels(text: string): Record<string, string> {
  const pairs = text.split(",").map((pair): readonly [string, string] => {
    const [key = "", value, ...more] = pair.split("=");
    if (value === undefined || more.length > 0) throw new UserError(`unexpected label spec: ${pair}`);
    if (key === "") throw new UserError(`unexpected empty label key`);
    return [key, value];
  });
  return Object.fromEntries(pairs.toSorted(([left], [right]) => (left < right ? -1 : 1)));
}

function servicePorts(exposed: Exposed, wishes: ServiceWishes): readonly JsonObject[] {
  const wanted = wishes.port === "" ? exposed.ports.map(({ port }) => port) : wishes.port.split(",").map(portNumber);
  if (wanted.length === 0 && wishes.clusterIp !== "None")
    throw new UserError("couldn't find port via --port flag or introspection");
  return wanted.flatMap((port, index) => {
    const known = exposed.ports.find((each) => each.port === port);
    return protocolsOf(known, wishes.protocol).map((protocol, _, protocols) => {
      const suffix = protocols.length > 1 ? `-${protocol.toLowerCase()}` : "";
      const name = wanted.length > 1 || protocols.length > 1 ? `port-${index + 1}${suffix}` : undefined;
      const targetPort = wishes.targetPort === "" ? port : intOrString(wishes.targetPort);
      return { ...(name === undefined ? {} : { name }), protocol, port, targetPort };
    });
  });
}

function protocolsOf(known: ExposedPort | undefined, wanted: string): readonly string[] {
  if (wanted !== "") return [wanted];
  return known?.protocols ?? ["TCP"];
}

function portNumber(text: string): number {
  if (!/^[+-]?\d+$/.test(text)) throw new UserError(`strconv.Atoi: parsing ${JSON.stringify(text)}: invalid syntax`);
  return Number(text);
}

const intOrString = (text: string): number | string => (/^[+-]?\d+$/.test(text) ? Number(text) : text);
