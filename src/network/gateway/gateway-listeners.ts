import { labelSelectorOf, type Labels } from "../../api/label-selector.ts";
import {
  type Gateway,
  GATEWAY_GROUP,
  type GatewayListener,
  type HttpRoute,
  type ObjectReference,
  type ReferenceGrant,
  type RouteKind,
} from "./gateway-types.ts";
import { isGranted } from "./reference-grants.ts";

/** A condition without its time, which is when it was last something else. */
export interface Verdict {
  readonly type: string;
  readonly status: "True" | "False";
  readonly reason: string;
  readonly message: string;
}

export const verdict = (type: string, status: Verdict["status"], reason: string, message = ""): Verdict => ({
  type,
  status,
  reason,
  message,
});

/** A listener, judged. */
export interface JudgedListener {
  readonly spec: GatewayListener;
  readonly gateway: string;
  readonly namespace: string;
  readonly isTls: boolean;
  /** The Secrets with its certificates, `namespace/name`. */
  readonly certificates: readonly string[];
  readonly supportedKinds: readonly RouteKind[];
  /** `Programmed` is told by who listens. */
  readonly verdicts: readonly Verdict[];
  readonly isServed: boolean;
}

export interface ListenerFacts {
  readonly grants: readonly ReferenceGrant[];
  readonly namespaceLabels: ReadonlyMap<string, Labels>;
  /** Whether a Secret with a certificate has this key. */
  readonly hasCertificate: (key: string) => boolean;
}

const HTTP_ROUTE: RouteKind = { group: GATEWAY_GROUP, kind: "HTTPRoute" };
const PROTOCOLS = ["HTTP", "HTTPS"];

export function judgedListeners(gateway: Gateway, facts: ListenerFacts): readonly JudgedListener[] {
  const listeners = gateway.spec?.listeners ?? [];
  return listeners.map((spec) => {
    const isTls = spec.protocol === "HTTPS";
    const kinds = kindsVerdict(spec);
    const { certificates, refs } = isTls ? certificatesOf(gateway, spec, facts) : { certificates: [], refs: undefined };
    const conflict = conflictOf(spec, listeners);
    const resolved = refs ?? kinds.refs ?? verdict("ResolvedRefs", "True", "ResolvedRefs");
    const accepted = acceptedVerdict(spec, conflict);
    return {
      spec,
      gateway: gateway.metadata.name ?? "",
      namespace: gateway.metadata.namespace ?? "",
      isTls,
      certificates,
      supportedKinds: kinds.supported,
      verdicts: [accepted, conflict ?? verdict("Conflicted", "False", "NoConflicts"), resolved],
      isServed: accepted.status === "True" && (!isTls || certificates.length > 0),
    };
  });
}

function acceptedVerdict({ protocol, tls }: GatewayListener, conflict: Verdict | undefined): Verdict {
  const refused = (reason: string, message: string): Verdict => verdict("Accepted", "False", reason, message);
  if (!PROTOCOLS.includes(protocol)) return refused("UnsupportedProtocol", `Protocol ${protocol} is not served here`);
  if (protocol === "HTTPS" && (tls?.mode ?? "Terminate") !== "Terminate") {
    return refused("UnsupportedValue", `TLS mode ${tls?.mode} is not served here`);
  }
  return conflict ? refused(conflict.reason, conflict.message) : verdict("Accepted", "True", "Accepted");
}

/** Of two listeners that cannot be told apart neither is served, so that none of them wins by chance. */
function conflictOf(listener: GatewayListener, all: readonly GatewayListener[]): Verdict | undefined {
  const samePort = all.filter((each) => each !== listener && each.port === listener.port);
  const otherProtocol = samePort.find(({ protocol }) => protocol !== listener.protocol);
  if (otherProtocol) {
    return verdict(
      "Conflicted",
      "True",
      "ProtocolConflict",
      `Listener ${otherProtocol.name} has another protocol on this port`,
    );
  }
  const sameHost = samePort.find(({ hostname = "" }) => hostname === (listener.hostname ?? ""));
  return (
    sameHost &&
    verdict("Conflicted", "True", "HostnameConflict", `Listener ${sameHost.name} has the same host on this port`)
  );
}

function kindsVerdict({ allowedRoutes }: GatewayListener): {
  readonly supported: readonly RouteKind[];
  readonly refs: Verdict | undefined;
} {
  const wanted = allowedRoutes?.kinds ?? [];
  if (wanted.length === 0) return { supported: [HTTP_ROUTE], refs: undefined };
  const isServed = ({ group = GATEWAY_GROUP, kind }: RouteKind): boolean =>
    group === GATEWAY_GROUP && kind === "HTTPRoute";
  const other = wanted.find((each) => !isServed(each));
  return {
    supported: wanted.some(isServed) ? [HTTP_ROUTE] : [],
    refs:
      other &&
      verdict("ResolvedRefs", "False", "InvalidRouteKinds", `Routes of kind ${other.kind} are not served here`),
  };
}

function certificatesOf(
  { metadata }: Gateway,
  { tls }: GatewayListener,
  { grants, hasCertificate }: ListenerFacts,
): { readonly certificates: readonly string[]; readonly refs: Verdict | undefined } {
  const namespace = metadata.namespace ?? "";
  const problem = (ref: ObjectReference): Verdict | undefined => {
    const { group = "", kind = "Secret" } = ref;
    const key = secretKey(ref, namespace);
    if (group !== "" || kind !== "Secret") {
      return verdict("ResolvedRefs", "False", "InvalidCertificateRef", `${kind} ${ref.name} is no Secret`);
    }
    if (
      !isGranted(
        grants,
        { group: GATEWAY_GROUP, kind: "Gateway", namespace },
        { group: "", kind: "Secret", ...split(key) },
      )
    ) {
      return verdict("ResolvedRefs", "False", "RefNotPermitted", `No ReferenceGrant allows Secret ${key}`);
    }
    return hasCertificate(key)
      ? undefined
      : verdict(
          "ResolvedRefs",
          "False",
          "InvalidCertificateRef",
          `Secret ${key} has no certificate, or does not exist`,
        );
  };
  const refs = tls?.certificateRefs ?? [];
  const problems = refs.flatMap((ref) => problem(ref) ?? []);
  return {
    certificates: refs.filter((ref) => !problem(ref)).map((ref) => secretKey(ref, namespace)),
    refs:
      refs.length === 0
        ? verdict("ResolvedRefs", "False", "InvalidCertificateRef", "The listener names no certificate")
        : problems[0],
  };
}

const secretKey = ({ name, namespace }: ObjectReference, own: string): string => `${namespace ?? own}/${name}`;

function split(key: string): { readonly namespace: string; readonly name: string } {
  const [namespace = "", name = ""] = key.split("/");
  return { namespace, name };
}

/** Whether a listener takes routes from where this one is. */
export function allowsRoute(
  { spec, namespace, supportedKinds }: JudgedListener,
  route: HttpRoute,
  namespaceLabels: ReadonlyMap<string, Labels>,
): boolean {
  const { from = "Same", selector } = spec.allowedRoutes?.namespaces ?? {};
  const own = route.metadata.namespace ?? "";
  if (supportedKinds.length === 0 || from === "None") return false;
  if (from === "All") return true;
  return from === "Selector"
    ? selector !== undefined && labelSelectorOf(selector).matches(namespaceLabels.get(own))
    : own === namespace;
}
