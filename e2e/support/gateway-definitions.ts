/** Gateway API's kinds as custom resources, by their upstream names, with no more of a schema than the API server asks for. */
export const gatewayDefinitions: readonly object[] = [
  definition("gatewayclasses", "GatewayClass", "Cluster", "v1"),
  definition("gateways", "Gateway", "Namespaced", "v1"),
  definition("httproutes", "HTTPRoute", "Namespaced", "v1"),
  definition("referencegrants", "ReferenceGrant", "Namespaced", "v1beta1"),
];

function definition(plural: string, kind: string, scope: string, version: string): object {
  const anything = { type: "object", "x-kubernetes-preserve-unknown-fields": true };
  return {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: {
      name: `${plural}.gateway.networking.k8s.io`,
      annotations: { "api-approved.kubernetes.io": "https://github.com/kubernetes-sigs/gateway-api/pull/891" },
    },
    spec: {
      group: "gateway.networking.k8s.io",
      scope,
      names: { plural, singular: kind.toLowerCase(), kind, listKind: `${kind}List` },
      versions: [
        {
          name: version,
          served: true,
          storage: true,
          subresources: { status: {} },
          schema: { openAPIV3Schema: { type: "object", properties: { spec: anything, status: anything } } },
        },
      ],
    },
  };
}
