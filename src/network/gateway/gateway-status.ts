import type { Condition } from "../../api/types/meta-v1.ts";
import type { Verdict } from "./gateway-listeners.ts";
import { verdict } from "./gateway-listeners.ts";
import { gatewayVerdicts, listenerStatus, type PlannedGateway } from "./gateway-plan.ts";
import {
  GATEWAY_CONTROLLER,
  type GatewayClass,
  type GatewayStatus,
  type HttpRoute,
  type ParentReference,
  type ParentStatus,
} from "./gateway-types.ts";
import type { JudgedParent } from "./http-routes.ts";

/** Verdicts as conditions: what says the same as before keeps its time. */
function conditions(
  before: readonly Condition[] | undefined,
  verdicts: readonly Verdict[],
  { generation, now }: { readonly generation: number | undefined; readonly now: string },
): readonly Condition[] {
  return verdicts.map(({ type, status, reason, message }) => {
    const same = before?.find((each) => each.type === type && each.status === status);
    const observed = generation === undefined ? {} : { observedGeneration: generation };
    return { type, status, reason, message, lastTransitionTime: same?.lastTransitionTime ?? now, ...observed };
  });
}

export function classStatus({ metadata, status }: GatewayClass, now: string): GatewayClass["status"] {
  const { generation } = metadata;
  return { conditions: conditions(status?.conditions, [verdict("Accepted", "True", "Accepted")], { generation, now }) };
}

export function gatewayStatus(
  { gateway, listeners }: PlannedGateway,
  place: { readonly address: string; problemOf(port: number): string | undefined },
  now: string,
): GatewayStatus {
  const { metadata, status } = gateway;
  const when = { generation: metadata.generation, now };
  const told = listeners.map((each) => listenerStatus(each, place.problemOf(each.judged.spec.port)));
  return {
    addresses: [{ type: "IPAddress", value: place.address }],
    conditions: conditions(status?.conditions, gatewayVerdicts(told.map(({ verdicts }) => verdicts)), when),
    listeners: told.map(({ status: own, verdicts }) => ({
      ...own,
      conditions: conditions(status?.listeners?.find(({ name }) => name === own.name)?.conditions, verdicts, when),
    })),
  };
}

/** What other controllers say of the route stays. */
export function routeStatus(
  { metadata, status }: HttpRoute,
  parents: readonly JudgedParent[],
  now: string,
): HttpRoute["status"] {
  const others = (status?.parents ?? []).filter(({ controllerName }) => controllerName !== GATEWAY_CONTROLLER);
  const own = parents.map(({ parentRef, verdicts }): ParentStatus => {
    const before = status?.parents?.find(
      (each) => each.controllerName === GATEWAY_CONTROLLER && refKey(each.parentRef) === refKey(parentRef),
    );
    const when = { generation: metadata.generation, now };
    return {
      parentRef,
      controllerName: GATEWAY_CONTROLLER,
      conditions: conditions(before?.conditions, verdicts, when),
    };
  });
  return { parents: [...others, ...own] };
}

const refKey = ({ group, kind, namespace, name, sectionName, port }: ParentReference): string =>
  [group, kind, namespace, name, sectionName, port].join("|");
