import { isApiError } from "../../api/api-error.ts";
import { labelKeyProblems } from "../../api/names.ts";
import type { KubeObject } from "../../api/resource-type.ts";
import type { Status } from "../../api/types/meta-v1.ts";
import { uuid } from "../../lib/random.ts";
import type { Clock } from "../../lib/time/clock.ts";
import type { Attributes } from "../auth/authorizer.ts";
import type { UserInfo } from "../auth/user-info.ts";
import { auditDecision, type AuditDecision, type AuditPolicy, type AuditStage } from "./audit-policy.ts";

/** Who asks for what, as far as an event tells it. */
export interface AuditSubject {
  readonly attributes: Attributes;
  /** Who sent the request, if it is made in somebody else's name. */
  readonly impersonator?: UserInfo | undefined;
  readonly id?: string | undefined;
  readonly uri: string;
  readonly sourceIps: readonly string[];
  readonly userAgent: string;
}

/** What was answered. */
export interface AuditOutcome {
  readonly code: number;
  /** A Status, of which the event shows the parts that say what happened. */
  readonly status?: Status | undefined;
  readonly object?: (() => unknown) | undefined;
}

/** Writes down who did what, as the policy says (apiserver/pkg/audit). */
export class Audit {
  readonly #policy: AuditPolicy;
  readonly #write: (line: string) => void;
  readonly #clock: Clock;

  /** `write` is given each event as a line of JSON. */
  constructor(policy: AuditPolicy, write: (line: string) => void, clock: Clock) {
    this.#policy = policy;
    this.#write = write;
    this.#clock = clock;
  }

  /** Undefined: nothing is written down of this request. */
  begin(subject: AuditSubject): AuditedRequest | undefined {
    const decision = auditDecision(this.#policy, subject.attributes);
    if (decision.level === "None") return undefined;
    const request = new AuditedRequest(subject, decision, this.#write, this.#clock);
    request.emit("RequestReceived", {});
    return request;
  }
}

/** One request on its way. */
export class AuditedRequest {
  readonly #subject: AuditSubject;
  readonly #decision: AuditDecision;
  readonly #write: (line: string) => void;
  readonly #clock: Clock;
  readonly #id: string;
  readonly #receivedAt: string;
  #annotations: Readonly<Record<string, string>> | undefined;
  #requestObject: unknown;

  constructor(subject: AuditSubject, decision: AuditDecision, write: (line: string) => void, clock: Clock) {
    this.#subject = subject;
    this.#decision = decision;
    this.#write = write;
    this.#clock = clock;
    this.#id = subject.id ?? uuid();
    this.#receivedAt = microTime(clock.now());
  }

  decided(allowed: boolean, reason: string): void {
    this.#annotations = {
      ...this.#annotations,
      "authorization.k8s.io/decision": allowed ? "allow" : "forbid",
      "authorization.k8s.io/reason": reason,
    };
  }

  annotate(key: string, value: string, about?: "body"): void {
    if (about === "body" && this.#decision.level === "Metadata") return;
    // What users configure is noted under their names; a key of another form, or a second value, is not.
    if (!key.includes("/") || labelKeyProblems(key).length > 0 || this.#annotations?.[key] !== undefined) return;
    this.#annotations = { ...this.#annotations, [key]: value };
  }

  /** `read` is called only if the body is to be written down. */
  asked(read: () => unknown): void {
    if (this.#decision.level === "Metadata") return;
    try {
      this.#requestObject = this.#shown(read());
    } catch {
      // What cannot be read is refused soon; the event tells that.
      this.#requestObject = undefined;
    }
  }

  /** For answers that take their time: a watch, a log. */
  started(outcome: AuditOutcome): void {
    this.#tell("ResponseStarted", outcome);
  }

  completed(outcome: AuditOutcome): void {
    this.#tell("ResponseComplete", outcome);
  }

  failed(error: unknown): void {
    const outcome = isApiError(error) ? { code: error.code, status: error.status } : { code: 500 };
    this.#tell("ResponseComplete", outcome);
  }

  #tell(stage: AuditStage, { code, status, object }: AuditOutcome): void {
    const { message, reason, details } = status ?? {};
    const shown = this.#decision.level === "RequestResponse" ? this.#shown(object?.() ?? status) : undefined;
    this.emit(stage, {
      responseStatus: {
        metadata: {},
        ...(status && code >= 400 ? { status: "Failure", message, reason, details } : {}),
        code,
      },
      requestObject: this.#requestObject,
      responseObject: shown,
    });
  }

  emit(stage: AuditStage, parts: object): void {
    if (this.#decision.omitStages.has(stage)) return;
    const { attributes, impersonator, uri, sourceIps, userAgent } = this.#subject;
    const event = {
      kind: "Event",
      apiVersion: "audit.k8s.io/v1",
      level: this.#decision.level,
      auditID: this.#id,
      stage,
      requestURI: uri,
      verb: attributes.verb,
      user: userOf(impersonator ?? attributes.user),
      ...(impersonator ? { impersonatedUser: userOf(attributes.user) } : {}),
      sourceIPs: sourceIps,
      userAgent,
      objectRef: objectRefOf(attributes),
      ...parts,
      requestReceivedTimestamp: this.#receivedAt,
      stageTimestamp: microTime(this.#clock.now()),
      annotations: this.#annotations,
    };
    this.#write(`${JSON.stringify(event)}\n`);
  }

  #shown(value: unknown): unknown {
    return this.#decision.omitManagedFields ? withoutManagedFields(value) : value;
  }
}

const userOf = ({ name, uid, groups, extra }: UserInfo) => ({ username: name, uid, groups, extra });

function objectRefOf(attributes: Attributes) {
  if (attributes.type === "path") return undefined;
  const { resource, namespace, name, group, version, subresource } = attributes;
  const filled = { resource, namespace, name, apiGroup: group, apiVersion: version, subresource };
  return Object.fromEntries(Object.entries(filled).filter(([, value]) => value !== ""));
}

function withoutManagedFields(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  // An object of the API, or a list of them; whatever lacks these members is left as it is.
  const { metadata, items } = value as Partial<KubeObject> & { readonly items?: readonly unknown[] };
  const { managedFields: _, ...others } = metadata ?? {};
  return {
    ...value,
    ...(metadata ? { metadata: others } : {}),
    ...(Array.isArray(items) ? { items: items.map(withoutManagedFields) } : {}),
  };
}

/** With six digits, as the API writes it. */
const microTime = (ms: number): string => new Date(ms).toISOString().replace("Z", "000Z");
