/** What of the kubelet's configuration has a meaning here, as /configz shows it. */
export const configz = ({ dns, maxPods }: ConfigFacts) => ({
  kubeletconfig: {
    kind: "KubeletConfiguration",
    apiVersion: "kubelet.config.k8s.io/v1beta1",
    clusterDomain: dns.domain,
    clusterDNS: [...dns.servers],
    nodeStatusUpdateFrequency: "10s",
    nodeStatusReportFrequency: "5m0s",
    nodeLeaseDurationSeconds: 40,
    maxPods,
    containerLogMaxSize: "10Mi",
    containerLogMaxFiles: 5,
    enableControllerAttachDetach: true,
    failSwapOn: false,
    makeIPTablesUtilChains: false,
    cgroupsPerQOS: false,
  },
});

interface ConfigFacts {
  readonly dns: { readonly servers: readonly string[]; readonly domain: string };
  readonly maxPods: number;
}
