import { configmaps } from "../../api/resources.ts";
import type { ConfigMap } from "../../api/types/core-v1.ts";
import type { InformerFactory } from "../../client/informer-factory.ts";
import type { Logger } from "../../lib/logger.ts";
import { DNS_CONFIG_MAP, type DnsConfig, dnsConfigOf, emptyDnsConfig } from "./dns-config.ts";

/** The settings of cluster DNS as they are at the moment. Nobody but the user writes them. */
export interface FollowedDnsConfig extends Disposable {
  readonly current: DnsConfig;
}

export function followDnsConfig(informers: InformerFactory, log: Logger): FollowedDnsConfig {
  let current = emptyDnsConfig;
  const read = (map: ConfigMap | undefined): void => {
    const { config, problems } = dnsConfigOf(map);
    current = config;
    for (const problem of problems) log.warn(`ConfigMap kube-system/${DNS_CONFIG_MAP}: ${problem}`);
  };
  const selection = { namespace: "kube-system", fieldSelector: `metadata.name=${DNS_CONFIG_MAP}` };
  const unsubscribe = informers
    .informer(configmaps, selection)
    .onChange({ added: read, updated: (map) => read(map), deleted: () => read(undefined) });
  return {
    get current() {
      return current;
    },
    [Symbol.dispose]: unsubscribe,
  };
}
