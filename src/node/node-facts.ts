import type { ResourceList } from "./resource-amounts.ts";

/** What the agent knows of its machine once it has looked. */
export interface NodeFacts {
  readonly nodeName: string;
  readonly hostIp: string;
  /** Before the colon of container ids: `docker`. */
  readonly runtimeName: string;
  readonly memoryCapacityBytes: number;
  readonly allocatable: ResourceList;
  readonly hasAppArmor: boolean;
  readonly supportsRecursiveReadOnly: boolean;
}
