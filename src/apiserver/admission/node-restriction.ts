/** What a node's agent may write, beyond what it is authorized for (plugin/pkg/admission/noderestriction). */
import { notFound } from "../../api/api-error.ts";
import { referencedKind } from "../../api/referenced-kind.ts";
import {
  certificatesigningrequests,
  csidrivers,
  csinodes,
  leases,
  nodes,
  persistentvolumeclaims,
  persistentvolumes,
  pods,
  resourceslices,
  serviceaccounts,
} from "../../api/resources.ts";
import { semanticEqual } from "../../api/semantic-equal.ts";
import { CONFIG_MIRROR, isMirrorPod } from "../../api/static-pod.ts";
import type { TokenRequest } from "../../api/types/authentication-v1.ts";
import type { CertificateSigningRequest } from "../../api/types/certificates-v1.ts";
import type { Node, PersistentVolumeClaim, Pod, Volume } from "../../api/types/core-v1.ts";
import type { ResourceSlice } from "../../api/types/resource-v1.ts";
import { subjectOfRequest } from "../../lib/certificate-subject.ts";
import type { Authorizer } from "../auth/authorizer.ts";
import { nodeOf } from "../auth/node-authorizer.ts";
import type { ObjectReader } from "../objects/object-reader.ts";
import type { AdmissionPlugin, AdmissionRequest } from "./admission.ts";
import { forbiddenNodeLabels } from "./node-labels.ts";
import { refused } from "./refusal.ts";

const NODE_LEASES = "kube-node-lease";
const NODE_SIGNERS: readonly string[] = [
  "kubernetes.io/kubelet-serving",
  "kubernetes.io/kube-apiserver-client-kubelet",
];

const quoted = (value: string | undefined): string => JSON.stringify(value ?? "");

export const nodeRestriction = (reader: ObjectReader, authorizer: Authorizer): AdmissionPlugin => ({
  name: "NodeRestriction",
  admit(request) {
    const node = nodeOf(request.user);
    if (node === undefined) return undefined;
    const { group, resource } = request.resource.type;
    switch (`${group}/${resource}`) {
      case `/${pods.resource}`:
        return admitPod(reader, node, request);
      case `/${nodes.resource}`:
        return admitNode(node, request);
      case `/${persistentvolumeclaims.resource}`:
        return admitClaim(node, request);
      case `/${serviceaccounts.resource}`:
        return admitToken(reader, authorizer, node, request);
      case `${leases.group}/${leases.resource}`:
        return admitLease(node, request);
      case `${csinodes.group}/${csinodes.resource}`:
        return requireOwnName(node, request, "can only access CSINode with the same name as the requesting node");
      case `${resourceslices.group}/${resourceslices.resource}`:
        return admitSlice(node, request);
      case `${certificatesigningrequests.group}/${certificatesigningrequests.resource}`:
        return admitCertificateRequest(node, request);
      default:
        return undefined;
    }
  },
});

async function admitPod(reader: ObjectReader, node: string, request: AdmissionRequest): Promise<void> {
  const { operation, subresource } = request;
  switch (subresource) {
    case "":
      if (operation === "CREATE") return admitMirrorPod(reader, node, request);
      if (operation !== "DELETE") {
        throw refused(
          request,
          `unexpected operation ${quoted(operation)}, node ${quoted(node)} can only create and delete mirror pods`,
        );
      }
      if (nodeNameOf(request.oldObject) === node) return;
      throw refused(request, `node ${quoted(node)} can only delete pods with spec.nodeName set to itself`);
    case "status":
      return admitPodStatus(node, request);
    case "eviction": {
      const pod = await reader.find(pods, request.namespace, request.name);
      if (!pod) throw notFound(pods, request.name);
      if (pod.spec?.nodeName === node) return;
      throw refused(request, `node ${node} can only evict pods with spec.nodeName set to itself`);
    }
    default:
      throw refused(
        request,
        `unexpected pod subresource ${quoted(subresource)}, only 'status' and 'eviction' are allowed`,
      );
  }
}

const nodeNameOf = (pod: unknown): string | undefined => (pod as Pod).spec?.nodeName;

async function admitMirrorPod(reader: ObjectReader, node: string, request: AdmissionRequest): Promise<void> {
  // The resource holds pods.
  const pod = request.object as Pod;
  const refusedNode = (what: string): Error => refused(request, `node ${quoted(node)} ${what}`);
  if (!isMirrorPod(pod)) {
    throw refused(
      request,
      `pod does not have ${quoted(CONFIG_MIRROR)} annotation, node ${quoted(node)} can only create mirror pods`,
    );
  }
  if (pod.spec?.nodeName !== node) throw refusedNode("can only create pods with spec.nodeName set to itself");
  const [owner, ...others] = pod.metadata.ownerReferences ?? [];
  if (others.length > 0) throw refusedNode("can only create pods with a single owner reference set to itself");
  if (!owner || owner.apiVersion !== "v1" || owner.kind !== "Node" || owner.name !== node) {
    throw refusedNode("can only create pods with an owner reference set to itself");
  }
  if (!owner.controller) throw refusedNode("can only create pods with a controller owner reference set to itself");
  if (owner.blockOwnerDeletion) throw refusedNode("must not set blockOwnerDeletion on an owner reference");
  const found = await reader.find(nodes, "", node);
  if (!found) throw notFound(nodes, node);
  if (owner.uid !== found.metadata.uid) {
    throw refused(request, `node ${node} UID mismatch: expected ${owner.uid} got ${found.metadata.uid}`);
  }
  const reference = referencedKind(pod);
  if (reference !== undefined) throw refusedNode(`can not create pods that reference ${reference}`);
}

function admitPodStatus(node: string, request: AdmissionRequest): void {
  if (request.operation !== "UPDATE") throw refused(request, `unexpected operation ${quoted(request.operation)}`);
  // The resource holds pods.
  const [pod, old] = [request.object as Pod, request.oldObject as Pod];
  if (old.spec?.nodeName !== node) {
    throw refused(request, `node ${quoted(node)} can only update pod status for pods with spec.nodeName set to itself`);
  }
  if (!semanticEqual(pod.metadata.labels ?? {}, old.metadata.labels ?? {})) {
    throw refused(request, `node ${quoted(node)} cannot update labels through pod status`);
  }
  if (!semanticEqual(pod.status?.resourceClaimStatuses, old.status?.resourceClaimStatuses)) {
    throw refused(request, `node ${quoted(node)} cannot update resource claim statues`);
  }
  if (!semanticEqual(pod.status?.extendedResourceClaimStatus, old.status?.extendedResourceClaimStatus)) {
    throw refused(request, `node ${quoted(node)} cannot update extended resource claim status`);
  }
}

function admitNode(name: string, request: AdmissionRequest): void {
  const requested = request.name || request.object?.metadata.name;
  if (requested !== name) {
    throw refused(request, `node ${quoted(name)} is not allowed to modify node ${quoted(requested)}`);
  }
  if (request.operation === "DELETE" || !request.object) return;
  // The resource holds nodes.
  const node = request.object as Node;
  const old: Node | undefined = request.oldObject;
  const labels = forbiddenNodeLabels(node.metadata.labels, old?.metadata.labels);
  if (!old) {
    if (labels.length === 0) return;
    throw refused(request, `node ${quoted(name)} is not allowed to set the following labels: ${labels.join(", ")}`);
  }
  if (!semanticEqual(node.spec?.taints, old.spec?.taints)) {
    throw refused(request, `node ${quoted(name)} is not allowed to modify taints`);
  }
  if (!semanticEqual(node.metadata.ownerReferences, old.metadata.ownerReferences)) {
    throw refused(request, `node ${quoted(name)} is not allowed to modify ownerReferences`);
  }
  if (labels.length > 0) throw refused(request, `is not allowed to modify labels: ${labels.join(", ")}`);
}

function admitClaim(node: string, request: AdmissionRequest): void {
  if (request.subresource !== "status") throw refused(request, "may only update PVC status");
  if (request.operation !== "UPDATE") throw refused(request, `unexpected operation ${quoted(request.operation)}`);
  // The resource holds claims.
  const isSame = semanticEqual(
    withoutOwnParts(request.object as PersistentVolumeClaim),
    withoutOwnParts(request.oldObject as PersistentVolumeClaim),
  );
  if (isSame) return;
  throw refused(
    request,
    `node ${quoted(node)} is not allowed to update fields other than status.quantity and status.conditions`,
  );
}

/** A claim without what a node may say of it. */
function withoutOwnParts({ metadata, status, ...rest }: PersistentVolumeClaim): object {
  const { resourceVersion: _version, managedFields: _fields, ...kept } = metadata;
  const {
    capacity: _c,
    conditions: _o,
    allocatedResourceStatuses: _s,
    allocatedResources: _r,
    ...other
  } = status ?? {};
  return { ...rest, metadata: kept, status: other };
}

function admitLease(node: string, request: AdmissionRequest): void {
  if (request.namespace !== NODE_LEASES) {
    throw refused(request, `can only access leases in the ${quoted(NODE_LEASES)} system namespace`);
  }
  requireOwnName(node, request, "can only access node lease with the same name as the requesting node");
}

function requireOwnName(node: string, request: AdmissionRequest, refusal: string): void {
  const name = request.operation === "CREATE" ? request.object?.metadata.name : request.name;
  if (name !== node) throw refused(request, refusal);
}

function admitSlice(node: string, request: AdmissionRequest): void {
  const { operation } = request;
  if (operation !== "CREATE" && operation !== "DELETE") return;
  // The resource holds slices.
  const slice = (operation === "CREATE" ? request.object : request.oldObject) as ResourceSlice;
  if (slice.spec.nodeName === node) return;
  const verb = operation === "CREATE" ? "create" : "delete";
  throw refused(request, `can only ${verb} ResourceSlice with the same NodeName as the requesting node`);
}

function admitCertificateRequest(node: string, request: AdmissionRequest): void {
  if (request.operation !== "CREATE") return;
  // The resource holds requests.
  const { spec } = request.object as CertificateSigningRequest;
  if (!NODE_SIGNERS.includes(spec.signerName)) return;
  const subject = subjectOfRequest(spec.request);
  if (!subject) throw refused(request, "unable to parse csr: PEM block type must be CERTIFICATE REQUEST");
  if (subject.commonName === `system:node:${node}`) return;
  throw refused(request, `can only create a node CSR with CN=system:node:${node}`);
}

async function admitToken(
  reader: ObjectReader,
  authorizer: Authorizer,
  node: string,
  request: AdmissionRequest,
): Promise<void> {
  if (request.operation !== "CREATE" || request.subresource !== "token") return;
  // The body of this subresource.
  const { spec } = request.object as unknown as TokenRequest;
  const { boundObjectRef: bound } = spec ?? {};
  // A list that was not given is null.
  const audiences = spec?.audiences ?? [];
  if (bound?.apiVersion !== "v1" || bound.kind !== "Pod" || !bound.name) {
    throw refused(request, "node requested token not bound to a pod");
  }
  if (!bound.uid) throw refused(request, "node requested token with a pod binding without a uid");
  const pod = await reader.find(pods, request.namespace, bound.name);
  if (!pod) throw notFound(pods, bound.name);
  if (bound.uid !== pod.metadata.uid) {
    throw refused(
      request,
      `the UID in the bound object reference (${bound.uid}) does not match the UID in record. The object might have been deleted and then recreated`,
    );
  }
  if (pod.spec?.nodeName !== node) {
    throw refused(request, "node requested token bound to a pod scheduled on a different node");
  }
  if (audiences.length > 1) throw refused(request, "node may only request 0 or 1 audiences");
  const audience = audiences[0] ?? "";
  if (await usesAudience(reader, pod, audience)) return;
  const { allowed } = await authorizer.authorize({
    type: "resource",
    user: request.user,
    verb: "request-serviceaccounts-token-audience",
    group: "",
    version: "v1",
    resource: audience,
    subresource: "",
    namespace: request.namespace,
    name: request.name,
  });
  if (allowed) return;
  throw refused(
    request,
    `audience ${quoted(audience)} not found in pod spec volume, ${request.user.name} is not authorized to request tokens for this audience`,
  );
}

/** Whether a volume of the pod needs tokens for an audience: its own projection, or the driver behind it. */
async function usesAudience(reader: ObjectReader, pod: Pod, audience: string): Promise<boolean> {
  for (const volume of pod.spec?.volumes ?? []) {
    const isProjected = volume.projected?.sources?.some(
      ({ serviceAccountToken }) => serviceAccountToken && (serviceAccountToken.audience ?? "") === audience,
    );
    if (isProjected) return true;
    // eslint-disable-next-line no-await-in-loop -- the first volume that needs it ends the search
    const driver = await driverOf(reader, pod, volume);
    // eslint-disable-next-line no-await-in-loop
    const found = driver === undefined ? undefined : await reader.find(csidrivers, "", driver);
    if (found?.spec.tokenRequests?.some((each) => each.audience === audience)) return true;
  }
  return false;
}

async function driverOf(reader: ObjectReader, pod: Pod, volume: Volume): Promise<string | undefined> {
  if (volume.csi) return volume.csi.driver;
  const name = volume.ephemeral ? `${pod.metadata.name}-${volume.name}` : volume.persistentVolumeClaim?.claimName;
  const claim = name && (await reader.find(persistentvolumeclaims, pod.metadata.namespace ?? "", name));
  const bound = claim && claim.spec?.volumeName;
  return bound ? (await reader.find(persistentvolumes, "", bound))?.spec?.csi?.driver : undefined;
}
