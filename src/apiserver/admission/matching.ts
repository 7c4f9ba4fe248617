/** Which requests webhooks and policies are about (apiserver/pkg/admission/plugin/webhook/predicates). */
import { notFound } from "../../api/api-error.ts";
import { type LabelSelector, labelSelectorOf } from "../../api/label-selector.ts";
import type { KubeObject } from "../../api/resource-type.ts";
import { namespaces } from "../../api/resources.ts";
import type { GroupVersionKind } from "../../api/schema/schema.ts";
import type { NamedRuleWithOperations } from "../../api/types/admissionregistration-v1.ts";
import type { LabelSelector as LabelSelectorObject } from "../../api/types/meta-v1.ts";
import type { ObjectReader } from "../objects/object-reader.ts";
import type { ServedResource, ServedResources } from "../served-resources.ts";
import type { AdmissionRequest } from "./admission.ts";

/** As which resource a rule knows what is written: the one of the request, or the same in another version. */
export interface Matched {
  readonly served: ServedResource;
  readonly resource: { readonly group: string; readonly version: string; readonly resource: string };
  readonly kind: GroupVersionKind;
}

/** What webhooks, policies and bindings have in common. */
export interface MatchRules {
  readonly rules: readonly Rule[];
  readonly excluded: readonly Rule[];
  readonly isEquivalent: boolean;
  readonly namespaceSelector: LabelSelector;
  readonly objectSelector: LabelSelector;
}

type Rule = NamedRuleWithOperations;

/** Compiles selectors once; an absent list of rules matches nothing, unless `matchesAll` says otherwise. */
export function matchRules(given: {
  readonly rules?: readonly Rule[] | undefined;
  readonly excluded?: readonly Rule[] | undefined;
  readonly matchPolicy?: string | undefined;
  readonly namespaceSelector?: LabelSelectorObject | undefined;
  readonly objectSelector?: LabelSelectorObject | undefined;
}): MatchRules {
  return {
    rules: given.rules ?? [],
    excluded: given.excluded ?? [],
    isEquivalent: given.matchPolicy !== "Exact",
    namespaceSelector: labelSelectorOf(given.namespaceSelector ?? {}),
    objectSelector: labelSelectorOf(given.objectSelector ?? {}),
  };
}

const EXEMPT_KINDS: ReadonlySet<string> = new Set([
  "ValidatingWebhookConfiguration",
  "MutatingWebhookConfiguration",
  "ValidatingAdmissionPolicy",
  "ValidatingAdmissionPolicyBinding",
  "MutatingAdmissionPolicy",
  "MutatingAdmissionPolicyBinding",
]);

/** What configures admission is never subject to it: a bad configuration can always be taken away. */
export const isExempt = ({ resource: { type } }: AdmissionRequest): boolean =>
  type.group === "admissionregistration.k8s.io" && EXEMPT_KINDS.has(type.kind);

/** Finds out once per request what all its webhooks and policies ask. */
export class RequestMatcher {
  readonly #request: AdmissionRequest;
  readonly #reader: ObjectReader;
  readonly #resources: ServedResources;
  #equivalents: readonly Matched[] | undefined;
  #namespaceLabels: Promise<Readonly<Record<string, string>>> | undefined;

  constructor(request: AdmissionRequest, reader: ObjectReader, resources: ServedResources) {
    this.#request = request;
    this.#reader = reader;
    this.#resources = resources;
  }

  /** Undefined where it does not match. */
  async match(match: MatchRules): Promise<Matched | undefined> {
    if (!(await this.#isNamespaceSelected(match.namespaceSelector))) return undefined;
    if (!this.#isObjectSelected(match.objectSelector)) return undefined;
    if (this.#matchesAny(match.excluded, match.isEquivalent)) return undefined;
    return this.#matchesAny(match.rules, match.isEquivalent);
  }

  /** A binding without rules narrows nothing. */
  async matchesBinding(match: MatchRules | undefined): Promise<boolean> {
    if (!match) return true;
    if (!(await this.#isNamespaceSelected(match.namespaceSelector))) return false;
    if (!this.#isObjectSelected(match.objectSelector)) return false;
    if (this.#matchesAny(match.excluded, match.isEquivalent)) return false;
    return match.rules.length === 0 || this.#matchesAny(match.rules, match.isEquivalent) !== undefined;
  }

  #matchesAny(rules: readonly Rule[], isEquivalent: boolean): Matched | undefined {
    const [own, ...others] = this.#candidates();
    if (own && rules.some((rule) => this.#matchesRule(rule, own))) return own;
    if (!isEquivalent) return undefined;
    for (const rule of rules) {
      const found = others.find((candidate) => this.#matchesRule(rule, candidate));
      if (found) return found;
    }
    return undefined;
  }

  /** The resource of the request, then the same objects under other names. */
  #candidates(): readonly Matched[] {
    this.#equivalents ??= [
      matchedAs(this.#request.resource, this.#request),
      ...[...this.#resources.all()]
        .filter(
          (served) =>
            served !== this.#request.resource && served.storage.prefix === this.#request.resource.storage.prefix,
        )
        .map((served) => matchedAs(served, this.#request)),
    ];
    return this.#equivalents;
  }

  #matchesRule(rule: Rule, { resource }: Matched): boolean {
    const { operation, subresource, name, object } = this.#request;
    const names = rule.resourceNames ?? [];
    return (
      hasOrAll(rule.operations, operation) &&
      hasOrAll(rule.apiGroups, resource.group) &&
      hasOrAll(rule.apiVersions, resource.version) &&
      (rule.resources ?? []).some((each) => isResource(each, resource.resource, subresource)) &&
      this.#isInScope(rule.scope) &&
      (names.length === 0 || names.includes(name || (object?.metadata.name ?? "")))
    );
  }

  /** Namespaces count as cluster-wide though they are in themselves. */
  #isInScope(scope: string | undefined): boolean {
    if (scope === undefined || scope === "*") return true;
    const isClusterWide = this.#request.namespace === "" || isNamespace(this.#request);
    return (scope === "Cluster") === isClusterWide;
  }

  #isObjectSelected(selector: LabelSelector): boolean {
    if (selector.isEverything) return true;
    const { object, oldObject } = this.#request;
    const isSelected = (each: Readonly<KubeObject> | undefined): boolean =>
      // The options of a connection have no labels, and are not selected by the lack of any.
      each?.metadata !== undefined && selector.matches(each.metadata.labels);
    return isSelected(object) || isSelected(oldObject);
  }

  async #isNamespaceSelected(selector: LabelSelector): Promise<boolean> {
    if (selector.isEverything) return true;
    if (this.#request.namespace === "" && !isNamespace(this.#request)) return true;
    this.#namespaceLabels ??= this.#labelsOfNamespace();
    return selector.matches(await this.#namespaceLabels);
  }

  async #labelsOfNamespace(): Promise<Readonly<Record<string, string>>> {
    const { object, operation, subresource, namespace, name } = this.#request;
    const isItself = isNamespace(this.#request);
    if (isItself && subresource === "" && object && (operation === "CREATE" || operation === "UPDATE")) {
      return object.metadata.labels ?? {};
    }
    const wanted = isItself ? name : namespace;
    const found = await this.#reader.find(namespaces, "", wanted);
    if (!found) throw notFound(namespaces, wanted);
    return found.metadata.labels ?? {};
  }
}

const isNamespace = ({ resource: { type } }: AdmissionRequest): boolean =>
  type.group === namespaces.group && type.resource === namespaces.resource;

function matchedAs(served: ServedResource, { objectKind }: AdmissionRequest): Matched {
  const { group, version, resource, kind } = served.type;
  // The body of a subresource is of its own kind, whatever it belongs to.
  return { served, resource: { group, version, resource }, kind: objectKind ?? { group, version, kind } };
}

const hasOrAll = (list: readonly string[] | undefined, wanted: string): boolean =>
  list !== undefined && (list.includes("*") || list.includes(wanted));

function isResource(rule: string, resource: string, subresource: string): boolean {
  const slash = rule.indexOf("/");
  const [name, sub] = slash < 0 ? [rule, ""] : [rule.slice(0, slash), rule.slice(slash + 1)];
  return (name === "*" || name === resource) && (sub === "*" || sub === subresource);
}
