import type { KubeObject } from "../api/resource-type.ts";
import { followEvents, objectIn } from "./aggregation/in-process-answers.ts";
import { answerObject, frameObject } from "./answers/answer-objects.ts";
import { AS_OBJECT } from "./answers/representation.ts";
import type { ApiAnswer, ByteStreamAnswer, RequestBody, WatchFrame } from "./api-request.ts";
import type { UserInfo } from "./auth/user-info.ts";
import { handleRequest } from "./pipeline.ts";
import { exactName, type RequestVerb, type ResourceRequestInfo } from "./request-info.ts";
import type { ServedResource } from "./served-resources.ts";
import type { ServerContext } from "./server-context.ts";

/**
 * The way into the server for clients in this process. Requests enter the pipeline behind authentication, and objects are
 * handed over as they are: those that come out are shared by everybody who reads them, so nobody may change them.
 */
export interface InProcessTransport {
  request(request: InProcessRequest): Promise<KubeObject>;
  watch(request: InProcessRequest, listener: InProcessWatchListener): { stop(): void };
}

interface InProcessRequest {
  readonly verb: Exclude<RequestVerb, "">;
  readonly group: string;
  readonly version: string;
  readonly resource: string;
  readonly namespace?: string | undefined;
  readonly name?: string | undefined;
  readonly subresource?: string | undefined;
  readonly query?: Readonly<Record<string, string | undefined>> | undefined;
  /** Must not be changed any more by the sender. */
  readonly body?: unknown;
  readonly patchType?: PatchType | undefined;
  readonly signal?: AbortSignal | undefined;
}

type PatchType = "json" | "merge" | "strategic" | "apply";

interface InProcessWatchListener {
  onEvent(event: {
    readonly type: "ADDED" | "MODIFIED" | "DELETED" | "BOOKMARK" | "ERROR";
    readonly object: KubeObject;
  }): void;
  onEnd(error: Error | undefined): void;
}

const CONTENT_TYPES: Readonly<Record<PatchType, string>> = {
  json: "application/json-patch+json",
  merge: "application/merge-patch+json",
  strategic: "application/strategic-merge-patch+json",
  apply: "application/apply-patch+yaml",
};

/** Told of each watch that begins; returns what to call when it has ended. */
export type WatchRegistry = (stop: () => void) => () => void;

export function inProcessTransport(
  context: ServerContext,
  client: { readonly user: UserInfo; readonly userAgent: string },
  registerWatch: WatchRegistry,
): InProcessTransport {
  const answerTo = async (
    request: InProcessRequest,
    signal = request.signal ?? new AbortController().signal,
  ): Promise<ApiAnswer> => {
    signal.throwIfAborted();
    const query = queryOf(request);
    return handleRequest(context, infoOf(request, query), {
      ...client,
      query,
      body: bodyOf(request),
      warnings: [],
      signal,
    });
  };
  return {
    async request(request) {
      const answer = await answerTo(request);
      return isOfExtension(answer) ? await objectIn(answer) : objectOf(answer);
    },
    watch(request, listener) {
      const watch = new InProcessWatch(listener);
      const gone = new AbortController();
      watch.onClose(() => gone.abort());
      watch.onClose(registerWatch(() => watch.finish(undefined)));
      answerTo(request, gone.signal).then(
        (answer) => watch.begin(answer),
        (error: unknown) => watch.finish(error instanceof Error ? error : new Error(String(error))),
      );
      return watch;
    },
  };
}

class InProcessWatch {
  readonly #listener: InProcessWatchListener;
  readonly #cleanup: (() => void)[] = [];
  #isClosed = false;

  constructor(listener: InProcessWatchListener) {
    this.#listener = listener;
  }

  begin(answer: ApiAnswer): void {
    if (this.#isClosed) return;
    if (isOfExtension(answer)) return this.#beginElsewhere(answer);
    if (answer.form !== "watch") return this.finish(new Error("The server did not answer with a stream"));
    const { resource } = answer;
    const stop = answer.start({
      send: (frames) => this.#send(frames, resource),
      end: () => this.finish(undefined),
    });
    this.onClose(stop);
  }

  #beginElsewhere(answer: ByteStreamAnswer): void {
    const work = async (): Promise<void> => {
      if (answer.statusCode !== 200) await objectIn(answer);
      await followEvents(answer, (event) => {
        if (!this.#isClosed) this.#listener.onEvent(event);
      });
    };
    work().then(
      () => this.finish(undefined),
      (error: unknown) => this.finish(error instanceof Error ? error : new Error(String(error))),
    );
  }

  /** Ends the stream; the listener is told. */
  finish(error: Error | undefined): void {
    if (this.#isClosed) return;
    this.stop();
    this.#listener.onEnd(error);
  }

  /** Ends the stream silently: the listener asked for it. */
  stop(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    for (const clean of this.#cleanup) clean();
  }

  onClose(clean: () => void): void {
    if (this.#isClosed) clean();
    else this.#cleanup.push(clean);
  }

  #send(frames: readonly WatchFrame[], resource: ServedResource): void {
    for (const frame of frames) {
      // A listener may stop the watch from within an event.
      if (this.#isClosed) return;
      this.#listener.onEvent({ type: frame.type, object: asObject(frameObject(frame, resource)) });
    }
  }
}

/** What another server answered comes as its bytes. Logs do too, but they are text. */
const isOfExtension = (answer: ApiAnswer): answer is ByteStreamAnswer =>
  answer.form === "bytes" && String(answer.headers["content-type"]).startsWith("application/json");

function objectOf(answer: ApiAnswer): KubeObject {
  if (answer.form === "watch" || answer.form === "bytes" || answer.form === "upgrade") {
    throw new Error("Streams are served over the network only");
  }
  return asObject(answerObject(answer, AS_OBJECT, 0));
}

/** A Status has the shape of an object, but for the metadata of a list. */
const asObject = (object: object): KubeObject => object as KubeObject;

const infoOf = (request: InProcessRequest, query: URLSearchParams): ResourceRequestInfo => ({
  type: "resource",
  verb: request.verb,
  group: request.group,
  version: request.version,
  resource: request.resource,
  namespace: request.namespace ?? "",
  name: request.name || exactName(request.verb, query),
  subresource: request.subresource ?? "",
  rest: "",
});

function queryOf({ verb, query = {} }: InProcessRequest): URLSearchParams {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== undefined) parameters.set(name, value);
  if (verb === "watch") parameters.set("watch", "true");
  return parameters;
}

function bodyOf({ body, patchType }: InProcessRequest): RequestBody {
  if (body === undefined) return { form: "none" };
  return { form: "parsed", value: body, contentType: patchType ? CONTENT_TYPES[patchType] : "application/json" };
}
