import type { SyncAuthorizer } from "./authorizer.ts";

/** Allows what one of these allows; their reasons for not doing so go together. */
export function authorizerUnion(authorizers: readonly SyncAuthorizer[]): SyncAuthorizer {
  return {
    authorize(attributes) {
      const reasons: string[] = [];
      for (const authorizer of authorizers) {
        const decision = authorizer.authorize(attributes);
        if (decision.allowed) return decision;
        if (decision.reason !== "") reasons.push(decision.reason);
      }
      return { allowed: false, reason: reasons.join("\n") };
    },
    rules(user, namespace) {
      const found = authorizers.map((authorizer) => authorizer.rules(user, namespace));
      const problems = found.flatMap(({ evaluationError }) => evaluationError ?? []);
      return {
        resourceRules: found.flatMap(({ resourceRules }) => resourceRules),
        pathRules: found.flatMap(({ pathRules }) => pathRules),
        incomplete: found.some(({ incomplete }) => incomplete),
        evaluationError: problems.length === 0 ? undefined : problems.join(", "),
      };
    },
  };
}
