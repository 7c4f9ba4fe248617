import type { UserInfo } from "./user-info.ts";

/** What a user wants to do: with a resource, or with a path outside the API groups. */
export type Attributes =
  | {
      readonly type: "resource";
      readonly user: UserInfo;
      readonly verb: string;
      readonly group: string;
      readonly version: string;
      readonly resource: string;
      readonly subresource: string;
      readonly namespace: string;
      readonly name: string;
    }
  | { readonly type: "path"; readonly user: UserInfo; readonly verb: string; readonly path: string };

export interface Decision {
  readonly allowed: boolean;
  /** Why; empty when there is nothing to say. */
  readonly reason: string;
}

/** Decides who may do what. Must be quick: it is asked on every request. */
export interface Authorizer {
  authorize(attributes: Attributes): Decision | Promise<Decision>;
  /** What the user may do in a namespace, for SelfSubjectRulesReview. */
  rules(user: UserInfo, namespace: string): UserRules | Promise<UserRules>;
}

/** One that has all it needs to know in memory. */
export interface SyncAuthorizer extends Authorizer {
  authorize(attributes: Attributes): Decision;
  rules(user: UserInfo, namespace: string): UserRules;
}

interface UserRules {
  readonly resourceRules: readonly ResourceRule[];
  readonly pathRules: readonly PathRule[];
  readonly incomplete: boolean;
  /** Why some rules could not be found. */
  readonly evaluationError?: string | undefined;
}

export interface ResourceRule {
  readonly verbs: readonly string[];
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly resourceNames?: readonly string[];
}

export interface PathRule {
  readonly verbs: readonly string[];
  readonly nonResourceURLs: readonly string[];
}
