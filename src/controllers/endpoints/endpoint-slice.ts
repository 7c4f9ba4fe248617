import { endpointslices, nodes } from "../../api/resources.ts";
import type { Pod, Service } from "../../api/types/core-v1.ts";
import type { EndpointSlice } from "../../api/types/discovery-v1.ts";
import { defineController, watch, systemAccount } from "../controller.ts";
import { endpointSliceActions, MANAGER } from "./endpoint-slice-actions.ts";
import { selectsPods, servicePods } from "./service-pods.ts";
import { servicesOfSlices } from "./slices.ts";

export interface EndpointSliceSnapshot {
  readonly service: Service;
  readonly pods: readonly Pod[];
  /** Those that this controller keeps for the Service. */
  readonly slices: readonly EndpointSlice[];
  readonly zoneByNode: Readonly<Record<string, string>>;
}

const SERVICE_INDEX = "service";

export const endpointSliceController = defineController({
  name: "endpoint-slice-controller",
  user: systemAccount("endpointslice-controller"),
  connect({ informers }) {
    const found = servicePods(informers);
    const sliceInformer = informers.informer(endpointslices);
    const nodeInformer = informers.informer(nodes);
    const serviceKeys = servicesOfSlices(MANAGER);
    sliceInformer.addIndex(SERVICE_INDEX, serviceKeys);
    return {
      watches: [...found.watches, watch(sliceInformer, serviceKeys)],
      snapshot(key) {
        const service = found.service(key);
        // Slices of a Service that is gone go with it, by their owner reference.
        if (!service || !selectsPods(service) || service.metadata.deletionTimestamp !== undefined) return undefined;
        const pods = found.podsOf(service);
        const zones = pods.flatMap(({ spec }) => {
          const nodeName = spec?.nodeName ?? "";
          const zone = nodeInformer.get(nodeName)?.metadata.labels?.["topology.kubernetes.io/zone"];
          return zone === undefined ? [] : [[nodeName, zone] as const];
        });
        return {
          service,
          pods,
          slices: sliceInformer.byIndex(SERVICE_INDEX, key),
          zoneByNode: Object.fromEntries(zones),
        };
      },
    };
  },
  reconcile: endpointSliceActions,
});
