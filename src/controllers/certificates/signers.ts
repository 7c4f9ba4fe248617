import type { RequestedCertificate } from "./certificate-signer.ts";

const NODE_ORGANIZATION = "system:nodes";
const NODE_PREFIX = "system:node:";

/** What keeps a request from being for a signer; undefined: nothing. In upstream's words (pkg/apis/certificates/helpers.go). */
type Check = (request: RequestedCertificate, usages: readonly string[]) => string | undefined;

/** The signers of every cluster, and what each insists on. */
export const SIGNERS: ReadonlyMap<string, Check> = new Map<string, Check>([
  ["kubernetes.io/kubelet-serving", servingProblem],
  ["kubernetes.io/kube-apiserver-client-kubelet", nodeClientProblem],
  ["kubernetes.io/kube-apiserver-client", apiClientProblem],
  ["kubernetes.io/legacy-unknown", () => undefined],
]);

function servingProblem(request: RequestedCertificate, usages: readonly string[]): string | undefined {
  if (!isOfNodes(request)) return "subject organization is not system:nodes";
  if (request.dnsNames.length === 0 && request.ipAddresses.length === 0) {
    return "DNS or IP subjectAltName is required";
  }
  if (request.emailAddresses.length > 0) return "Email subjectAltNames are not allowed";
  if (request.uris.length > 0) return "URI subjectAltNames are not allowed";
  return usagesProblem(usages, "server auth") ?? nameProblem(request);
}

export function nodeClientProblem(request: RequestedCertificate, usages: readonly string[]): string | undefined {
  if (!isOfNodes(request)) return "subject organization is not system:nodes";
  if (request.dnsNames.length > 0) return "DNS subjectAltNames are not allowed";
  if (request.emailAddresses.length > 0) return "Email subjectAltNames are not allowed";
  if (request.ipAddresses.length > 0) return "IP subjectAltNames are not allowed";
  if (request.uris.length > 0) return "URI subjectAltNames are not allowed";
  return nameProblem(request) ?? usagesProblem(usages, "client auth");
}

const CLIENT_USAGES: ReadonlySet<string> = new Set(["client auth", "digital signature", "key encipherment"]);

function apiClientProblem(_request: RequestedCertificate, usages: readonly string[]): string | undefined {
  const odd = usages.find((usage) => !CLIENT_USAGES.has(usage));
  if (odd !== undefined) return `invalid usage for client certificate: ${odd}`;
  return usages.includes("client auth") ? undefined : "missing required usage for client certificate: client auth";
}

const isOfNodes = ({ organizations }: RequestedCertificate): boolean =>
  organizations.length === 1 && organizations[0] === NODE_ORGANIZATION;

const nameProblem = ({ commonName }: RequestedCertificate): string | undefined =>
  commonName.startsWith(NODE_PREFIX) ? undefined : "subject common name does not begin with system:node:";

/** Keys that are not RSA do without key encipherment. */
function usagesProblem(usages: readonly string[], purpose: string): string | undefined {
  const wanted = ["digital signature", "key encipherment", purpose];
  const given = new Set(usages);
  const isKnown = usages.every((usage) => wanted.includes(usage));
  if (isKnown && given.has("digital signature") && given.has(purpose)) return undefined;
  return `usages did not match [${wanted.toSorted().join(" ")}]`;
}
