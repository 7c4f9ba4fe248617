/** One answer of the node's own HTTP server. */
export interface NodePage {
  readonly statusCode: number;
  readonly contentType: string;
  readonly body: string | ReadableStream<Uint8Array>;
}

export const textPage = (body: string, statusCode = 200): NodePage => ({
  statusCode,
  contentType: "text/plain; charset=utf-8",
  body,
});

export const jsonPage = (value: object): NodePage => ({
  statusCode: 200,
  contentType: "application/json",
  body: JSON.stringify(value),
});

export const notFoundPage: NodePage = textPage("404 page not found\n", 404);
