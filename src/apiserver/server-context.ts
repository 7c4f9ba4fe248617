import type { CustomResourceDefinition } from "../api/types/apiextensions-v1.ts";
import type { Logger } from "../lib/logger.ts";
import type { Clock } from "../lib/time/clock.ts";
import type { Store } from "../store/store.ts";
import type { Admission } from "./admission/admission.ts";
import type { ExtensionClient } from "./aggregation/extension-client.ts";
import type { Extensions } from "./aggregation/extensions.ts";
import type { Audit } from "./audit/audit.ts";
import type { Authorizer } from "./auth/authorizer.ts";
import type { ServiceAccountTokens } from "./auth/service-account-tokens.ts";
import type { ClusterControl } from "./cluster-control.ts";
import type { Conversion } from "./custom-resources/conversion.ts";
import type { FlowControl } from "./flow-control/flow-control.ts";
import type { NodeConnection } from "./node-connection.ts";
import type { NodePool } from "./node-pool.ts";
import type { NodeReports } from "./node-reports.ts";
import type { ObjectReader } from "./objects/object-reader.ts";
import type { WriteHook } from "./objects/write-hook.ts";
import type { PodDialer } from "./pod-dialer.ts";
import type { ServedResource, ServedResources } from "./served-resources.ts";
import type { RequestMetrics } from "./telemetry/request-metrics.ts";
import type { TimeTravel } from "./time-travel.ts";

/** What handlers work with. One per server, made at its start. */
export interface ServerContext {
  readonly store: Store;
  readonly resources: ServedResources;
  /** Group versions that other servers serve, and the way to them. */
  readonly extensions: Extensions;
  readonly extensionClient: ExtensionClient;
  readonly admission: Admission;
  readonly authorizer: Authorizer;
  readonly nodeConnection: NodeConnection;
  readonly nodeReports: NodeReports;
  readonly nodePool: NodePool | undefined;
  readonly clusterControl: ClusterControl | undefined;
  readonly timeTravel: TimeTravel | undefined;
  readonly podDialer: PodDialer;
  readonly reader: ObjectReader;
  readonly tokens: ServiceAccountTokens;
  /** By `group/resource`. */
  readonly writeHooks: ReadonlyMap<string, WriteHook>;
  /** How objects of a definition get from one of its versions to another. */
  readonly conversionOf: (definition: CustomResourceDefinition) => Conversion;
  readonly flowControl: FlowControl;
  /** Undefined: nothing is written down. */
  readonly audit: Audit | undefined;
  readonly metrics: RequestMetrics;
  readonly clock: Clock;
  readonly log: Logger;
}

export function hookOf(context: ServerContext, { type }: ServedResource): WriteHook | undefined {
  return context.writeHooks.size === 0 ? undefined : context.writeHooks.get(`${type.group}/${type.resource}`);
}
