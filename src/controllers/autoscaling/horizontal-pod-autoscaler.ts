import type { Kind } from "../../api/kind.ts";
import { parseLabelSelector } from "../../api/label-selector.ts";
import { horizontalpodautoscalersAutoscalingV2, pods } from "../../api/resources.ts";
import type { HorizontalPodAutoscaler } from "../../api/types/autoscaling-v2.ts";
import { keyOf } from "../../client/object-key.ts";
import { errorText } from "../../lib/logger.ts";
import type { Action } from "../actions.ts";
import { type ControllerContext, defineController, type Watch } from "../controller.ts";
import { Scales } from "../scales.ts";
import { autoscale, type AutoscalerSnapshot } from "./autoscale.ts";
import { MetricReader } from "./metric-reader.ts";
import type { ScalingMemory } from "./scaling-behavior.ts";

/** Upstream's horizontal-pod-autoscaler-sync-period. */
const PERIOD_MS = 15_000;

/** Keeps as many replicas as their metrics ask for. Metrics do not tell when they change, so they are asked for again and again. */
export function horizontalPodAutoscaler(kinds: readonly Kind[]) {
  return defineController<readonly Action[]>({
    name: "horizontal-pod-autoscaler",
    connect(context) {
      const { informers, clock } = context;
      const autoscalers = informers.informer(horizontalpodautoscalersAutoscalingV2);
      const podInformer = informers.informer(pods);
      const reader = new MetricReader(context.client);
      const scales = new Scales(kinds, context);
      const memories = new Map<string, ScalingMemory>();
      /** By autoscaler, the pods that it scales. */
      const selectors = new Map<string, string>();
      const rivalsFor = (namespace: string, selector: string): readonly string[] => {
        const { matches } = parseLabelSelector(selector);
        const selected = podInformer.list(namespace).filter(({ metadata }) => matches(metadata.labels));
        return [...selectors].flatMap(([key, text]) => {
          const [ownNamespace = "", name = ""] = key.split("/");
          if (ownNamespace !== namespace) return [];
          const other = parseLabelSelector(text);
          return selected.some(({ metadata }) => other.matches(metadata.labels)) ? [`{${name} ${namespace}}`] : [];
        });
      };
      return {
        watches: [watchSpecs(autoscalers)],
        // Reading and deciding belong together here: what is remembered is part of the decision.
        async snapshot(key) {
          const autoscaler = autoscalers.get(key);
          if (!autoscaler) {
            memories.delete(key);
            selectors.delete(key);
            return undefined;
          }
          const { namespace = "" } = autoscaler.metadata;
          const target = await targetOf(autoscaler, scales);
          const selector = "scale" in target ? (target.scale.status?.selector ?? "") : "";
          if (selector === "") selectors.delete(key);
          else selectors.set(key, selector);
          const { matches } = parseLabelSelector(selector);
          const specs = selector === "" ? [] : (autoscaler.spec?.metrics ?? []);
          const snapshot: AutoscalerSnapshot = {
            autoscaler,
            target,
            pods: selector === "" ? [] : podInformer.list(namespace).filter(({ metadata }) => matches(metadata.labels)),
            readings: await Promise.all(specs.map((spec) => reader.read(spec, namespace, selector))),
            rivals: selector === "" ? [] : rivalsFor(namespace, selector),
            memory: memories.get(key),
          };
          const { actions, memory, memoryIfRefused } = autoscale(snapshot, clock.now());
          if (memory) memories.set(key, memory);
          const forget = (): unknown => memoryIfRefused && memories.set(key, memoryIfRefused);
          return [...actions.map((action) => onFailure(action, forget)), { do: "lookAgain", afterMs: PERIOD_MS }];
        },
      };
    },
    reconcile: (actions) => actions,
  });
}

/** Of the writing of a scale, which says itself what to do when it fails. */
function onFailure(action: Action, react: () => unknown): Action {
  if (action.do !== "update" || !action.ifItFails) return action;
  const { ifItFails } = action;
  return {
    ...action,
    ifItFails(error) {
      react();
      return ifItFails(error);
    },
  };
}

/** Its own status is none of its business. */
const watchSpecs =
  (autoscalers: ReturnType<ControllerContext["informers"]["informer"]>): Watch =>
  (concern) => {
    const tell = (autoscaler: HorizontalPodAutoscaler): void => concern(keyOf(autoscaler));
    return autoscalers.onChange({
      added: tell,
      updated(autoscaler: HorizontalPodAutoscaler, previous: HorizontalPodAutoscaler) {
        if (!Bun.deepEquals(autoscaler.spec, previous.spec)) tell(autoscaler);
      },
      deleted: tell,
    });
  };

/** What an autoscaler points at, or why there is nothing. */
async function targetOf(
  { metadata, spec }: HorizontalPodAutoscaler,
  scales: Scales,
): Promise<AutoscalerSnapshot["target"]> {
  const { apiVersion = "", kind, name } = spec?.scaleTargetRef ?? { kind: "", name: "" };
  const type = scales.typeOf(apiVersion, kind);
  if (!type) {
    const group = apiVersion.includes("/") ? apiVersion.split("/")[0] : "";
    return { problem: `no matches for kind ${JSON.stringify(kind)} in group ${JSON.stringify(group)}` };
  }
  try {
    return { type, scale: await scales.scaleOf(type, metadata.namespace, name) };
  } catch (error) {
    return { problem: errorText(error) };
  }
}
