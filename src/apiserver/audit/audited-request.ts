import { answerObject } from "../answers/answer-objects.ts";
import { AS_OBJECT } from "../answers/representation.ts";
import type { ApiAnswer, DocumentAnswer } from "../api-request.ts";
import { decodeAny } from "../decode.ts";
import type { RequestParts } from "../pipeline.ts";
import type { ResourceRequestInfo } from "../request-info.ts";
import type { ServerContext } from "../server-context.ts";
import type { Audit, AuditedRequest, AuditOutcome } from "./audit.ts";

/** Where a request over the network came from. */
export interface RequestOrigin {
  readonly id: string;
  /** Path and query, as the client wrote them. */
  readonly uri: string;
  readonly sourceIps: readonly string[];
}

/** Writes a request down on its way to the handler and back. */
export async function auditedRequest(
  context: ServerContext,
  audit: Audit,
  info: ResourceRequestInfo,
  parts: RequestParts,
  handle: (audited: AuditedRequest | undefined) => Promise<ApiAnswer>,
): Promise<ApiAnswer> {
  const { user, userAgent, origin, body } = parts;
  const audited = audit.begin({
    attributes: { ...info, user },
    impersonator: user.impersonatedBy,
    id: origin?.id,
    uri: origin?.uri ?? pathOf(info),
    sourceIps: origin?.sourceIps ?? ["127.0.0.1"],
    userAgent,
  });
  if (!audited) return await handle(undefined);
  const resource = context.resources.find(info.group, info.version, info.resource);
  if (body.form !== "none" && resource) audited.asked(() => decodeAny(body, resource.kind.definition));
  try {
    return told(await handle(audited), audited);
  } catch (error) {
    audited.failed(error);
    throw error;
  }
}

function told(answer: ApiAnswer, audited: AuditedRequest): ApiAnswer {
  switch (answer.form) {
    case "list":
    case "stored":
    case "object":
      audited.completed(outcomeOf(answer));
      return answer;
    case "bytes":
    case "upgrade": {
      const code = answer.form === "bytes" ? answer.statusCode : 101;
      audited.started({ code });
      audited.completed({ code });
      return answer;
    }
    case "watch":
      return {
        ...answer,
        start(sink) {
          audited.started({ code: 200 });
          let isOpen = true;
          const close = (): void => {
            if (isOpen) audited.completed({ code: 200 });
            isOpen = false;
          };
          const stop = answer.start({
            send: (frames) => sink.send(frames),
            end() {
              close();
              sink.end();
            },
          });
          return () => {
            close();
            stop();
          };
        },
      };
  }
}

const outcomeOf = (answer: DocumentAnswer): AuditOutcome => ({
  code: answer.form === "list" ? 200 : answer.statusCode,
  object: () => answerObject(answer, AS_OBJECT, 0),
});

/** The address at which a client over the network would have asked. */
export function pathOf({ group, version, namespace, resource, name, subresource }: ResourceRequestInfo): string {
  const root = group === "" ? `/api/${version}` : `/apis/${group}/${version}`;
  const scope = namespace === "" || resource === "namespaces" ? "" : `/namespaces/${namespace}`;
  return root + scope + [resource, name, subresource].map((part) => (part === "" ? "" : `/${part}`)).join("");
}
