import { ingresses } from "../../api/resources.ts";
import type { JsonObject } from "../../lib/json/json-value.ts";
import { UserError } from "../../lib/user-error.ts";
import { arrayFlag, stringFlag } from "../flags/flag.ts";
import { generator } from "./generator.ts";

const RULE = /^([^/]*)\/([^=]*)=([^:]+):([^,]+)(?:,(tls(?:=[^,]*)?))?$/;

export const createIngressCommand = generator({
  usage: "NAME --rule=host/path=service:port[,tls[=secret]]",
  examples: `  kube create ingress web --rule="example.com/*=web:80"
  kube create ingress web --class=default --rule="example.com/=web:http,tls=cert"`,
  type: ingresses,
  failure: "failed to create ingress: ",
  flags: {
    annotation: arrayFlag("Annotation to insert in the ingress object, in the format annotation=value"),
    class: stringFlag("Ingress Class to be used"),
    "default-backend": stringFlag("Default service for backend, in format of svcname:port"),
    rule: arrayFlag(
      "Rule in format host/path=service:port[,tls=secretname]. Paths containing the leading character '*' are considered pathType=Prefix. tls argument is optional.",
    ),
  },
  build({ flags }) {
    const backend = flags["default-backend"];
    if (backend === "" && flags.rule.length === 0)
      throw new UserError(
        "not enough information provided: every ingress has to either specify a default-backend (which catches all traffic) or a list of rules (which catch specific paths)",
      );
    const rules = flags.rule.map(parsedRule);
    const annotations = Object.fromEntries(flags.annotation.map(annotationPair));
    if (backend !== "" && !/^[^:]+:[^:]+$/.test(backend))
      throw new UserError("default-backend should be in format servicename:serviceport");
    const tls = tlsEntries(rules);
    const byHost = ruleEntries(rules);
    return {
      metadata: flags.annotation.length > 0 ? { annotations } : {},
      body: {
        spec: {
          ...(flags.class === "" ? {} : { ingressClassName: flags.class }),
          ...(backend === "" ? {} : { defaultBackend: serviceBackend(...hostAndPort(backend)) }),
          ...(tls.length > 0 ? { tls: [...tls] } : {}),
          ...(byHost.length > 0 ? { rules: [...byHost] } : {}),
        },
        status: { loadBalancer: {} },
      },
    };
  },
});

interface IngressRule {
  readonly host: string;
  readonly path: string;
  readonly service: string;
  readonly port: string;
  /** Undefined without TLS; empty for TLS with the default certificate. */
  readonly tlsSecret: string | undefined;
}

function parsedRule(text: string): IngressRule {
  const [whole, host = "", path = "", service = "", port = "", tls] = RULE.exec(text) ?? [];
  if (whole === undefined)
    throw new UserError(`rule ${text} is invalid and should be in format host/path=svcname:svcport[,tls[=secret]]`);
  return {
    host,
    path: `/${path}`,
    service,
    port,
    tlsSecret: tls === undefined ? undefined : (tls.split("=")[1] ?? ""),
  };
}

function annotationPair(text: string): readonly [string, string] {
  const equals = text.indexOf("=");
  if (equals <= 0) throw new UserError(`annotation ${text} is invalid and should be in format key=[value]`);
  return [text.slice(0, equals), text.slice(equals + 1)];
}

const hostAndPort = (text: string): readonly [string, string] => {
  const [service = "", port = ""] = text.split(":");
  return [service, port];
};

function serviceBackend(name: string, port: string): JsonObject {
  return { service: { name, port: /^\d+$/.test(port) ? { number: Number(port) } : { name: port } } };
}

/** A host gets its certificate once; hosts with the same secret share an entry. */
function tlsEntries(rules: readonly IngressRule[]): readonly JsonObject[] {
  const hostsBySecret = new Map<string, string[]>();
  const seen = new Set<string>();
  for (const { host, tlsSecret } of rules) {
    if (tlsSecret === undefined || seen.has(host)) continue;
    seen.add(host);
    const hosts = hostsBySecret.get(tlsSecret) ?? [];
    if (host !== "" || hostsBySecret.has(tlsSecret)) hosts.push(host);
    if (hosts.length > 0 || tlsSecret !== "") hostsBySecret.set(tlsSecret, hosts);
  }
  return [...hostsBySecret].map(([secretName, hosts]) => ({
    ...(hosts.length > 0 ? { hosts } : {}),
    ...(secretName === "" ? {} : { secretName }),
  }));
}

function ruleEntries(rules: readonly IngressRule[]): readonly JsonObject[] {
  const pathsByHost = new Map<string, JsonObject[]>();
  for (const rule of rules) {
    const paths = pathsByHost.get(rule.host) ?? [];
    paths.push(pathEntry(rule));
    pathsByHost.set(rule.host, paths);
  }
  return [...pathsByHost].map(([host, paths]) => ({ ...(host === "" ? {} : { host }), http: { paths } }));
}

/** A star at the end means everything below. */
function pathEntry({ path, service, port }: IngressRule): JsonObject {
  const isPrefix = path.endsWith("*");
  return {
    path: isPrefix ? path.slice(0, -1) : path,
    pathType: isPrefix ? "Prefix" : "Exact",
    backend: serviceBackend(service, port),
  };
}
