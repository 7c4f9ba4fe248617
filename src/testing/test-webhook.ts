import { createServer } from "node:https";
import type { AddressInfo } from "node:net";

import { createAuthority, signLeaf } from "../cluster/certificates/certificate-authority.ts";
import { systemClock } from "../lib/time/clock.ts";

const HOUR_MS = 3_600_000;

/** A request as a webhook sees it. */
export interface ReviewedByWebhook {
  readonly uid: string;
  readonly operation: string;
  readonly dryRun: boolean;
  readonly name?: string;
  readonly kind: object;
  readonly object: {
    readonly metadata: { readonly name: string; readonly labels?: Readonly<Record<string, string>> };
  } | null;
}

export interface TestWebhook extends AsyncDisposable {
  readonly port: number;
  /** For clients that are to trust it, in base64. */
  readonly caBundle: string;
  /** Of every call, in their order. */
  readonly asked: { readonly path: string; readonly request: ReviewedByWebhook }[];
}

/** A webhook with TLS on 127.0.0.1. What `answer` gives is merged into an allowing response; undefined: it never answers. */
export async function startTestWebhook(
  answer: (request: ReviewedByWebhook, path: string) => object | undefined,
  names: readonly string[] = [],
): Promise<TestWebhook> {
  const now = systemClock.now();
  const validity = { notBefore: new Date(now - HOUR_MS), notAfter: new Date(now + HOUR_MS) };
  const authority = await createAuthority("webhooks", validity);
  const leaf = await signLeaf(authority, {
    ...validity,
    commonName: "webhook",
    organizations: [],
    usage: "server",
    hosts: ["127.0.0.1", ...names],
  });
  const asked: { path: string; request: ReviewedByWebhook }[] = [];
  const server = createServer({ key: leaf.key, cert: leaf.certificate }, (request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const review = JSON.parse(Buffer.concat(chunks).toString("utf8")) as { request: ReviewedByWebhook };
      const path = request.url ?? "";
      asked.push({ path, request: review.request });
      const own = answer(review.request, path);
      if (!own) return;
      const { uid } = review.request;
      response.setHeader("content-type", "application/json");
      response.end(
        JSON.stringify({
          apiVersion: "admission.k8s.io/v1",
          kind: "AdmissionReview",
          response: { uid, allowed: true, ...own },
        }),
      );
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    caBundle: Buffer.from(authority.certificate).toString("base64"),
    asked,
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
