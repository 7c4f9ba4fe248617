import { type JudgedListener, judgedListeners, verdict, type Verdict } from "./gateway-listeners.ts";
import {
  type Gateway,
  GATEWAY_CONTROLLER,
  type GatewayClass,
  type HttpRoute,
  type ListenerStatus,
} from "./gateway-types.ts";
import { type GatewayRoute, type JudgedParent, judgedParents, type RouteFacts } from "./http-routes.ts";

export interface GatewayView extends RouteFacts {
  readonly classes: readonly GatewayClass[];
  readonly gateways: readonly Gateway[];
  readonly routes: readonly HttpRoute[];
}

/** What there is to serve, and what is told of everything. */
export interface GatewayPlan {
  readonly classes: readonly GatewayClass[];
  readonly gateways: readonly PlannedGateway[];
  readonly routes: readonly { readonly route: HttpRoute; readonly parents: readonly JudgedParent[] }[];
}

export interface PlannedGateway {
  readonly gateway: Gateway;
  readonly listeners: readonly PlannedListener[];
  readonly doors: readonly GatewayDoor[];
}

export interface PlannedListener {
  readonly judged: JudgedListener;
  readonly attachedRoutes: number;
}

/** A port that listeners share. */
export interface GatewayDoor {
  readonly port: number;
  readonly isTls: boolean;
  readonly routes: readonly GatewayRoute[];
  readonly certificates: readonly { readonly host: string | undefined; readonly secret: string }[];
}

/** Pure: what Gateways of our classes serve. */
export function gatewayPlan(view: GatewayView): GatewayPlan {
  const classes = view.classes.filter(({ spec }) => spec?.controllerName === GATEWAY_CONTROLLER);
  const own = new Set(classes.map(({ metadata }) => metadata.name ?? ""));
  const gateways = view.gateways.filter(
    ({ metadata, spec }) => metadata.deletionTimestamp === undefined && own.has(spec?.gatewayClassName ?? ""),
  );
  const listeners = new Map(gateways.map((gateway) => [keyOf(gateway), judgedListeners(gateway, view)]));
  // Of two routes that match the same the older one has it.
  const routes = view.routes
    .filter(({ metadata }) => metadata.deletionTimestamp === undefined)
    .toSorted((a, b) => ageOf(a).localeCompare(ageOf(b)) || keyOf(a).localeCompare(keyOf(b)))
    .map((route) => ({ route, parents: judgedParents(route, (key) => listeners.get(key), view) }));
  const attached = routes.flatMap(({ route, parents }) =>
    parents.flatMap((parent) => parent.attached.map((each) => ({ ...each, route }))),
  );
  return {
    classes,
    routes,
    gateways: gateways.map((gateway) => {
      const judged = listeners.get(keyOf(gateway)) ?? [];
      return {
        gateway,
        listeners: judged.map((each) => ({
          judged: each,
          attachedRoutes: new Set(attached.filter(({ listener }) => listener === each).map(({ route }) => route)).size,
        })),
        doors: doorsOf(judged, (listener) =>
          attached.filter((each) => each.listener === listener).flatMap((each) => each.routes),
        ),
      };
    }),
  };
}

function doorsOf(
  listeners: readonly JudgedListener[],
  routesOf: (listener: JudgedListener) => readonly GatewayRoute[],
): readonly GatewayDoor[] {
  const byPort = Map.groupBy(
    listeners.filter(({ isServed }) => isServed),
    ({ spec }) => spec.port,
  );
  return [...byPort].map(([port, sharing]) => ({
    port,
    isTls: sharing.some(({ isTls }) => isTls),
    routes: sharing.flatMap(routesOf),
    certificates: sharing.flatMap(({ spec, certificates }) =>
      certificates.map((secret) => ({ host: spec.hostname, secret })),
    ),
  }));
}

/** `problem` says why a port is not listened on; undefined: it is. */
export function listenerStatus(
  { judged, attachedRoutes }: PlannedListener,
  problem: string | undefined,
): {
  readonly status: Omit<ListenerStatus, "conditions">;
  readonly verdicts: readonly Verdict[];
} {
  const programmed = !judged.isServed
    ? verdict("Programmed", "False", "Invalid", "The listener is not accepted, or has no certificate")
    : problem === undefined
      ? verdict("Programmed", "True", "Programmed")
      : verdict("Programmed", "False", "Pending", problem);
  const accepted =
    problem === undefined || !judged.isServed ? [] : [verdict("Accepted", "False", "PortUnavailable", problem)];
  const others = judged.verdicts.filter(({ type }) => accepted.every((each) => each.type !== type));
  return {
    status: { name: judged.spec.name, supportedKinds: judged.supportedKinds, attachedRoutes },
    verdicts: [...accepted, ...others, programmed],
  };
}

export function gatewayVerdicts(listeners: readonly (readonly Verdict[])[]): readonly Verdict[] {
  const isTrue =
    (type: string) =>
    (verdicts: readonly Verdict[]): boolean =>
      verdicts.some((each) => each.type === type && each.status === "True");
  const accepted = listeners.every(isTrue("Accepted"))
    ? verdict("Accepted", "True", "Accepted")
    : listeners.some(isTrue("Accepted"))
      ? verdict("Accepted", "True", "ListenersNotValid", "Some listeners are not accepted")
      : verdict("Accepted", "False", "ListenersNotValid", "No listener is accepted");
  const programmed = listeners.some(isTrue("Programmed"))
    ? verdict("Programmed", "True", "Programmed")
    : verdict("Programmed", "False", "Invalid", "No listener is served");
  return [accepted, programmed];
}

export const keyOf = ({ metadata }: Gateway | HttpRoute): string => `${metadata.namespace}/${metadata.name}`;
const ageOf = ({ metadata }: HttpRoute): string => metadata.creationTimestamp ?? "";
