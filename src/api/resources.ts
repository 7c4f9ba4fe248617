// Written by scripts/update-schema.ts from the facts of Kubernetes v1.36. Do not edit.
import type { ResourceType } from "./resource-type.ts";
import type * as admissionregistrationv1 from "./types/admissionregistration-v1.ts";
import type * as apiextensionsv1 from "./types/apiextensions-v1.ts";
import type * as apiregistrationv1 from "./types/apiregistration-v1.ts";
import type * as appsv1 from "./types/apps-v1.ts";
import type * as authenticationv1 from "./types/authentication-v1.ts";
import type * as authorizationv1 from "./types/authorization-v1.ts";
import type * as autoscalingv1 from "./types/autoscaling-v1.ts";
import type * as autoscalingv2 from "./types/autoscaling-v2.ts";
import type * as batchv1 from "./types/batch-v1.ts";
import type * as certificatesv1 from "./types/certificates-v1.ts";
import type * as coordinationv1 from "./types/coordination-v1.ts";
import type * as corev1 from "./types/core-v1.ts";
import type * as discoveryv1 from "./types/discovery-v1.ts";
import type * as eventsv1 from "./types/events-v1.ts";
import type * as flowcontrolv1 from "./types/flowcontrol-v1.ts";
import type * as networkingv1 from "./types/networking-v1.ts";
import type * as nodev1 from "./types/node-v1.ts";
import type * as policyv1 from "./types/policy-v1.ts";
import type * as rbacv1 from "./types/rbac-v1.ts";
import type * as resourcev1 from "./types/resource-v1.ts";
import type * as schedulingv1 from "./types/scheduling-v1.ts";
import type * as storagev1 from "./types/storage-v1.ts";

export const bindings: ResourceType<corev1.Binding> = {
  group: "",
  version: "v1",
  resource: "bindings",
  kind: "Binding",
  namespaced: true,
};
export const componentstatuses: ResourceType<corev1.ComponentStatus> = {
  group: "",
  version: "v1",
  resource: "componentstatuses",
  kind: "ComponentStatus",
  namespaced: false,
};
export const configmaps: ResourceType<corev1.ConfigMap> = {
  group: "",
  version: "v1",
  resource: "configmaps",
  kind: "ConfigMap",
  namespaced: true,
};
export const endpoints: ResourceType<corev1.Endpoints> = {
  group: "",
  version: "v1",
  resource: "endpoints",
  kind: "Endpoints",
  namespaced: true,
};
export const events: ResourceType<corev1.Event> = {
  group: "",
  version: "v1",
  resource: "events",
  kind: "Event",
  namespaced: true,
};
export const limitranges: ResourceType<corev1.LimitRange> = {
  group: "",
  version: "v1",
  resource: "limitranges",
  kind: "LimitRange",
  namespaced: true,
};
export const namespaces: ResourceType<corev1.Namespace> = {
  group: "",
  version: "v1",
  resource: "namespaces",
  kind: "Namespace",
  namespaced: false,
};
export const nodes: ResourceType<corev1.Node> = {
  group: "",
  version: "v1",
  resource: "nodes",
  kind: "Node",
  namespaced: false,
};
export const persistentvolumeclaims: ResourceType<corev1.PersistentVolumeClaim> = {
  group: "",
  version: "v1",
  resource: "persistentvolumeclaims",
  kind: "PersistentVolumeClaim",
  namespaced: true,
};
export const persistentvolumes: ResourceType<corev1.PersistentVolume> = {
  group: "",
  version: "v1",
  resource: "persistentvolumes",
  kind: "PersistentVolume",
  namespaced: false,
};
export const pods: ResourceType<corev1.Pod> = {
  group: "",
  version: "v1",
  resource: "pods",
  kind: "Pod",
  namespaced: true,
};
export const podtemplates: ResourceType<corev1.PodTemplate> = {
  group: "",
  version: "v1",
  resource: "podtemplates",
  kind: "PodTemplate",
  namespaced: true,
};
export const replicationcontrollers: ResourceType<corev1.ReplicationController> = {
  group: "",
  version: "v1",
  resource: "replicationcontrollers",
  kind: "ReplicationController",
  namespaced: true,
};
export const resourcequotas: ResourceType<corev1.ResourceQuota> = {
  group: "",
  version: "v1",
  resource: "resourcequotas",
  kind: "ResourceQuota",
  namespaced: true,
};
export const secrets: ResourceType<corev1.Secret> = {
  group: "",
  version: "v1",
  resource: "secrets",
  kind: "Secret",
  namespaced: true,
};
export const serviceaccounts: ResourceType<corev1.ServiceAccount> = {
  group: "",
  version: "v1",
  resource: "serviceaccounts",
  kind: "ServiceAccount",
  namespaced: true,
};
export const services: ResourceType<corev1.Service> = {
  group: "",
  version: "v1",
  resource: "services",
  kind: "Service",
  namespaced: true,
};
export const mutatingadmissionpolicies: ResourceType<admissionregistrationv1.MutatingAdmissionPolicy> = {
  group: "admissionregistration.k8s.io",
  version: "v1",
  resource: "mutatingadmissionpolicies",
  kind: "MutatingAdmissionPolicy",
  namespaced: false,
};
export const mutatingadmissionpolicybindings: ResourceType<admissionregistrationv1.MutatingAdmissionPolicyBinding> = {
  group: "admissionregistration.k8s.io",
  version: "v1",
  resource: "mutatingadmissionpolicybindings",
  kind: "MutatingAdmissionPolicyBinding",
  namespaced: false,
};
export const mutatingwebhookconfigurations: ResourceType<admissionregistrationv1.MutatingWebhookConfiguration> = {
  group: "admissionregistration.k8s.io",
  version: "v1",
  resource: "mutatingwebhookconfigurations",
  kind: "MutatingWebhookConfiguration",
  namespaced: false,
};
export const validatingadmissionpolicies: ResourceType<admissionregistrationv1.ValidatingAdmissionPolicy> = {
  group: "admissionregistration.k8s.io",
  version: "v1",
  resource: "validatingadmissionpolicies",
  kind: "ValidatingAdmissionPolicy",
  namespaced: false,
};
export const validatingadmissionpolicybindings: ResourceType<admissionregistrationv1.ValidatingAdmissionPolicyBinding> =
  {
    group: "admissionregistration.k8s.io",
    version: "v1",
    resource: "validatingadmissionpolicybindings",
    kind: "ValidatingAdmissionPolicyBinding",
    namespaced: false,
  };
export const validatingwebhookconfigurations: ResourceType<admissionregistrationv1.ValidatingWebhookConfiguration> = {
  group: "admissionregistration.k8s.io",
  version: "v1",
  resource: "validatingwebhookconfigurations",
  kind: "ValidatingWebhookConfiguration",
  namespaced: false,
};
export const customresourcedefinitions: ResourceType<apiextensionsv1.CustomResourceDefinition> = {
  group: "apiextensions.k8s.io",
  version: "v1",
  resource: "customresourcedefinitions",
  kind: "CustomResourceDefinition",
  namespaced: false,
};
export const apiservices: ResourceType<apiregistrationv1.APIService> = {
  group: "apiregistration.k8s.io",
  version: "v1",
  resource: "apiservices",
  kind: "APIService",
  namespaced: false,
};
export const controllerrevisions: ResourceType<appsv1.ControllerRevision> = {
  group: "apps",
  version: "v1",
  resource: "controllerrevisions",
  kind: "ControllerRevision",
  namespaced: true,
};
export const daemonsets: ResourceType<appsv1.DaemonSet> = {
  group: "apps",
  version: "v1",
  resource: "daemonsets",
  kind: "DaemonSet",
  namespaced: true,
};
export const deployments: ResourceType<appsv1.Deployment> = {
  group: "apps",
  version: "v1",
  resource: "deployments",
  kind: "Deployment",
  namespaced: true,
};
export const replicasets: ResourceType<appsv1.ReplicaSet> = {
  group: "apps",
  version: "v1",
  resource: "replicasets",
  kind: "ReplicaSet",
  namespaced: true,
};
export const statefulsets: ResourceType<appsv1.StatefulSet> = {
  group: "apps",
  version: "v1",
  resource: "statefulsets",
  kind: "StatefulSet",
  namespaced: true,
};
export const selfsubjectreviews: ResourceType<authenticationv1.SelfSubjectReview> = {
  group: "authentication.k8s.io",
  version: "v1",
  resource: "selfsubjectreviews",
  kind: "SelfSubjectReview",
  namespaced: false,
};
export const tokenreviews: ResourceType<authenticationv1.TokenReview> = {
  group: "authentication.k8s.io",
  version: "v1",
  resource: "tokenreviews",
  kind: "TokenReview",
  namespaced: false,
};
export const localsubjectaccessreviews: ResourceType<authorizationv1.LocalSubjectAccessReview> = {
  group: "authorization.k8s.io",
  version: "v1",
  resource: "localsubjectaccessreviews",
  kind: "LocalSubjectAccessReview",
  namespaced: true,
};
export const selfsubjectaccessreviews: ResourceType<authorizationv1.SelfSubjectAccessReview> = {
  group: "authorization.k8s.io",
  version: "v1",
  resource: "selfsubjectaccessreviews",
  kind: "SelfSubjectAccessReview",
  namespaced: false,
};
export const selfsubjectrulesreviews: ResourceType<authorizationv1.SelfSubjectRulesReview> = {
  group: "authorization.k8s.io",
  version: "v1",
  resource: "selfsubjectrulesreviews",
  kind: "SelfSubjectRulesReview",
  namespaced: false,
};
export const subjectaccessreviews: ResourceType<authorizationv1.SubjectAccessReview> = {
  group: "authorization.k8s.io",
  version: "v1",
  resource: "subjectaccessreviews",
  kind: "SubjectAccessReview",
  namespaced: false,
};
export const horizontalpodautoscalers: ResourceType<autoscalingv1.HorizontalPodAutoscaler> = {
  group: "autoscaling",
  version: "v1",
  resource: "horizontalpodautoscalers",
  kind: "HorizontalPodAutoscaler",
  namespaced: true,
};
export const horizontalpodautoscalersAutoscalingV2: ResourceType<autoscalingv2.HorizontalPodAutoscaler> = {
  group: "autoscaling",
  version: "v2",
  resource: "horizontalpodautoscalers",
  kind: "HorizontalPodAutoscaler",
  namespaced: true,
};
export const cronjobs: ResourceType<batchv1.CronJob> = {
  group: "batch",
  version: "v1",
  resource: "cronjobs",
  kind: "CronJob",
  namespaced: true,
};
export const jobs: ResourceType<batchv1.Job> = {
  group: "batch",
  version: "v1",
  resource: "jobs",
  kind: "Job",
  namespaced: true,
};
export const certificatesigningrequests: ResourceType<certificatesv1.CertificateSigningRequest> = {
  group: "certificates.k8s.io",
  version: "v1",
  resource: "certificatesigningrequests",
  kind: "CertificateSigningRequest",
  namespaced: false,
};
export const leases: ResourceType<coordinationv1.Lease> = {
  group: "coordination.k8s.io",
  version: "v1",
  resource: "leases",
  kind: "Lease",
  namespaced: true,
};
export const endpointslices: ResourceType<discoveryv1.EndpointSlice> = {
  group: "discovery.k8s.io",
  version: "v1",
  resource: "endpointslices",
  kind: "EndpointSlice",
  namespaced: true,
};
export const eventsEventsV1: ResourceType<eventsv1.Event> = {
  group: "events.k8s.io",
  version: "v1",
  resource: "events",
  kind: "Event",
  namespaced: true,
};
export const flowschemas: ResourceType<flowcontrolv1.FlowSchema> = {
  group: "flowcontrol.apiserver.k8s.io",
  version: "v1",
  resource: "flowschemas",
  kind: "FlowSchema",
  namespaced: false,
};
export const prioritylevelconfigurations: ResourceType<flowcontrolv1.PriorityLevelConfiguration> = {
  group: "flowcontrol.apiserver.k8s.io",
  version: "v1",
  resource: "prioritylevelconfigurations",
  kind: "PriorityLevelConfiguration",
  namespaced: false,
};
export const ingressclasses: ResourceType<networkingv1.IngressClass> = {
  group: "networking.k8s.io",
  version: "v1",
  resource: "ingressclasses",
  kind: "IngressClass",
  namespaced: false,
};
export const ingresses: ResourceType<networkingv1.Ingress> = {
  group: "networking.k8s.io",
  version: "v1",
  resource: "ingresses",
  kind: "Ingress",
  namespaced: true,
};
export const ipaddresses: ResourceType<networkingv1.IPAddress> = {
  group: "networking.k8s.io",
  version: "v1",
  resource: "ipaddresses",
  kind: "IPAddress",
  namespaced: false,
};
export const networkpolicies: ResourceType<networkingv1.NetworkPolicy> = {
  group: "networking.k8s.io",
  version: "v1",
  resource: "networkpolicies",
  kind: "NetworkPolicy",
  namespaced: true,
};
export const servicecidrs: ResourceType<networkingv1.ServiceCIDR> = {
  group: "networking.k8s.io",
  version: "v1",
  resource: "servicecidrs",
  kind: "ServiceCIDR",
  namespaced: false,
};
export const runtimeclasses: ResourceType<nodev1.RuntimeClass> = {
  group: "node.k8s.io",
  version: "v1",
  resource: "runtimeclasses",
  kind: "RuntimeClass",
  namespaced: false,
};
export const poddisruptionbudgets: ResourceType<policyv1.PodDisruptionBudget> = {
  group: "policy",
  version: "v1",
  resource: "poddisruptionbudgets",
  kind: "PodDisruptionBudget",
  namespaced: true,
};
export const clusterrolebindings: ResourceType<rbacv1.ClusterRoleBinding> = {
  group: "rbac.authorization.k8s.io",
  version: "v1",
  resource: "clusterrolebindings",
  kind: "ClusterRoleBinding",
  namespaced: false,
};
export const clusterroles: ResourceType<rbacv1.ClusterRole> = {
  group: "rbac.authorization.k8s.io",
  version: "v1",
  resource: "clusterroles",
  kind: "ClusterRole",
  namespaced: false,
};
export const rolebindings: ResourceType<rbacv1.RoleBinding> = {
  group: "rbac.authorization.k8s.io",
  version: "v1",
  resource: "rolebindings",
  kind: "RoleBinding",
  namespaced: true,
};
export const roles: ResourceType<rbacv1.Role> = {
  group: "rbac.authorization.k8s.io",
  version: "v1",
  resource: "roles",
  kind: "Role",
  namespaced: true,
};
export const deviceclasses: ResourceType<resourcev1.DeviceClass> = {
  group: "resource.k8s.io",
  version: "v1",
  resource: "deviceclasses",
  kind: "DeviceClass",
  namespaced: false,
};
export const resourceclaims: ResourceType<resourcev1.ResourceClaim> = {
  group: "resource.k8s.io",
  version: "v1",
  resource: "resourceclaims",
  kind: "ResourceClaim",
  namespaced: true,
};
export const resourceclaimtemplates: ResourceType<resourcev1.ResourceClaimTemplate> = {
  group: "resource.k8s.io",
  version: "v1",
  resource: "resourceclaimtemplates",
  kind: "ResourceClaimTemplate",
  namespaced: true,
};
export const resourceslices: ResourceType<resourcev1.ResourceSlice> = {
  group: "resource.k8s.io",
  version: "v1",
  resource: "resourceslices",
  kind: "ResourceSlice",
  namespaced: false,
};
export const priorityclasses: ResourceType<schedulingv1.PriorityClass> = {
  group: "scheduling.k8s.io",
  version: "v1",
  resource: "priorityclasses",
  kind: "PriorityClass",
  namespaced: false,
};
export const csidrivers: ResourceType<storagev1.CSIDriver> = {
  group: "storage.k8s.io",
  version: "v1",
  resource: "csidrivers",
  kind: "CSIDriver",
  namespaced: false,
};
export const csinodes: ResourceType<storagev1.CSINode> = {
  group: "storage.k8s.io",
  version: "v1",
  resource: "csinodes",
  kind: "CSINode",
  namespaced: false,
};
export const csistoragecapacities: ResourceType<storagev1.CSIStorageCapacity> = {
  group: "storage.k8s.io",
  version: "v1",
  resource: "csistoragecapacities",
  kind: "CSIStorageCapacity",
  namespaced: true,
};
export const storageclasses: ResourceType<storagev1.StorageClass> = {
  group: "storage.k8s.io",
  version: "v1",
  resource: "storageclasses",
  kind: "StorageClass",
  namespaced: false,
};
export const volumeattachments: ResourceType<storagev1.VolumeAttachment> = {
  group: "storage.k8s.io",
  version: "v1",
  resource: "volumeattachments",
  kind: "VolumeAttachment",
  namespaced: false,
};
export const volumeattributesclasses: ResourceType<storagev1.VolumeAttributesClass> = {
  group: "storage.k8s.io",
  version: "v1",
  resource: "volumeattributesclasses",
  kind: "VolumeAttributesClass",
  namespaced: false,
};
