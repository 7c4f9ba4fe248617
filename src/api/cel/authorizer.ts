/** Questions of permission in expressions (apiserver/pkg/cel/library/authz.go). */
import { member, type FunctionDeclaration } from "../../lib/cel/functions.ts";
import { BOOL, type CelType, STRING, structType } from "../../lib/cel/types.ts";
import { CelError, OpaqueValue, type Value } from "../../lib/cel/values.ts";
import { dnsLabelProblems, dnsSubdomainProblems } from "../names.ts";

/** What may be asked; somebody who knows the user and the rules answers. */
export interface AuthorizationQuestions {
  path(path: string, verb: string, account: ServiceAccountName | undefined): AuthorizationAnswer;
  resource(resource: ResourceQuestion, verb: string, account: ServiceAccountName | undefined): AuthorizationAnswer;
}

interface AuthorizationAnswer {
  readonly isAllowed: boolean;
  readonly reason: string;
  readonly error?: string | undefined;
}

interface ServiceAccountName {
  readonly namespace: string;
  readonly name: string;
}

export interface ResourceQuestion {
  readonly group: string;
  readonly resource: string;
  readonly subresource: string;
  readonly namespace: string;
  readonly name: string;
  readonly fieldSelector?: string | undefined;
  readonly labelSelector?: string | undefined;
}

export const AUTHORIZER = structType("kubernetes.authorization.Authorizer");
const PATH_CHECK = structType("kubernetes.authorization.PathCheck");
const GROUP_CHECK = structType("kubernetes.authorization.GroupCheck");
export const RESOURCE_CHECK = structType("kubernetes.authorization.ResourceCheck");
const DECISION = structType("kubernetes.authorization.Decision");

class Authorization<T> extends OpaqueValue {
  override readonly type: CelType;
  readonly asker: Asker;
  readonly content: T;

  constructor(type: CelType, asker: Asker, content: T) {
    super();
    this.type = type;
    this.asker = asker;
    this.content = content;
  }

  override equals(other: OpaqueValue): boolean {
    return (
      other instanceof Authorization &&
      other.asker === this.asker &&
      JSON.stringify(other.content) === JSON.stringify(this.content)
    );
  }
}

interface Asker {
  readonly questions: AuthorizationQuestions;
  readonly account: ServiceAccountName | undefined;
}

type Check = Authorization<ResourceQuestion>;
type Answer = Authorization<AuthorizationAnswer>;

/** The variable `authorizer`. */
export const authorizerValue = (questions: AuthorizationQuestions): Value =>
  new Authorization(AUTHORIZER, { questions, account: undefined }, undefined);

/** The variable `authorizer.requestResource`. */
export const requestResourceValue = (questions: AuthorizationQuestions, resource: ResourceQuestion): Value =>
  new Authorization(RESOURCE_CHECK, { questions, account: undefined }, resource);

function required(text: string, name: string): string {
  if (text.trim() === "") throw new CelError(`${name} must not be empty`);
  return text;
}

const refinement = (name: string, id: string, field: keyof ResourceQuestion): FunctionDeclaration => ({
  name,
  overloads: [
    member(id, [RESOURCE_CHECK, STRING], RESOURCE_CHECK, (check: Check, value: string) => {
      return new Authorization(RESOURCE_CHECK, check.asker, { ...check.content, [field]: value });
    }),
  ],
});

const reading = (name: string, type: CelType, read: (answer: AuthorizationAnswer) => Value): FunctionDeclaration => ({
  name,
  overloads: [member(`decision_${name}`, [DECISION], type, ({ content }: Answer) => read(content))],
});

const decided = (asker: Asker, answer: AuthorizationAnswer): Value => new Authorization(DECISION, asker, answer);

export const AUTHORIZER_FUNCTIONS: readonly FunctionDeclaration[] = [
  {
    name: "path",
    overloads: [
      member(
        "authorizer_path",
        [AUTHORIZER, STRING],
        PATH_CHECK,
        ({ asker }: Authorization<undefined>, path: string) => {
          return new Authorization(PATH_CHECK, asker, required(path, "path"));
        },
      ),
    ],
  },
  {
    name: "group",
    overloads: [
      member(
        "authorizer_group",
        [AUTHORIZER, STRING],
        GROUP_CHECK,
        ({ asker }: Authorization<undefined>, group: string) => {
          return new Authorization(GROUP_CHECK, asker, group);
        },
      ),
    ],
  },
  {
    name: "serviceAccount",
    overloads: [
      member(
        "authorizer_serviceaccount",
        [AUTHORIZER, STRING, STRING],
        AUTHORIZER,
        ({ asker }: Authorization<undefined>, namespace: string, name: string) => {
          if (dnsSubdomainProblems(name).length > 0) throw new CelError("Invalid service account name");
          if (dnsLabelProblems(namespace).length > 0) throw new CelError("Invalid service account namespace");
          return new Authorization(AUTHORIZER, { ...asker, account: { namespace, name } }, undefined);
        },
      ),
    ],
  },
  {
    name: "resource",
    overloads: [
      member(
        "groupcheck_resource",
        [GROUP_CHECK, STRING],
        RESOURCE_CHECK,
        (group: Authorization<string>, resource: string) => {
          const content = {
            group: group.content,
            resource: required(resource, "resource"),
            subresource: "",
            namespace: "",
            name: "",
          };
          return new Authorization(RESOURCE_CHECK, group.asker, content);
        },
      ),
    ],
  },
  refinement("subresource", "resourcecheck_subresource", "subresource"),
  refinement("namespace", "resourcecheck_namespace", "namespace"),
  refinement("name", "resourcecheck_name", "name"),
  refinement("fieldSelector", "authorizer_fieldselector", "fieldSelector"),
  refinement("labelSelector", "authorizer_labelselector", "labelSelector"),
  {
    name: "check",
    overloads: [
      member(
        "pathcheck_check",
        [PATH_CHECK, STRING],
        DECISION,
        ({ asker, content }: Authorization<string>, verb: string) =>
          decided(asker, asker.questions.path(content, verb, asker.account)),
      ),
      member("resourcecheck_check", [RESOURCE_CHECK, STRING], DECISION, ({ asker, content }: Check, verb: string) =>
        decided(asker, asker.questions.resource(content, verb, asker.account)),
      ),
    ],
  },
  reading("errored", BOOL, ({ error }) => error !== undefined),
  reading("error", STRING, ({ error }) => error ?? ""),
  reading("allowed", BOOL, ({ isAllowed }) => isAllowed),
  reading("reason", STRING, ({ reason }) => reason),
];
