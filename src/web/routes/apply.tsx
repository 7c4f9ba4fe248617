/** @jsxImportSource hono/jsx */
import type { Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { HTTPException } from "hono/http-exception";

import { qualifiedName } from "../../feeds/resource.ts";
import { objectIn } from "../../feeds/table-rows.ts";
import { yamlText } from "../../lib/yaml/yaml-text.ts";
import { objectHref } from "../addresses.ts";
import { ApplyPage } from "../pages/apply-page.tsx";
import { sendText, type Sending } from "../send-text.ts";
import type { WebContext } from "../web-context.ts";
import { knownObject, wantedAddress } from "./objects.tsx";
import { chosenNamespace, page } from "./page.tsx";

/** What the API server takes in one request, and then some for several documents. */
const MOST_BYTES = 8 * 1024 * 1024;

const WAYS: Readonly<Record<string, Sending["way"]>> = { apply: "apply", save: "replace" };

/** Forms for manifests, and for the text of one object. They are not there when nothing may be changed. */
export function addApplyRoutes(app: Hono, context: WebContext): void {
  if (context.isReadOnly) return;
  app.get("/apply", (c) =>
    page(c, context, { title: "Apply YAML", children: <ApplyPage text="" results={[]} isForced={false} /> }),
  );
  app.get("/edit/:resource/:namespace/:name", async (c) => {
    const address = await wantedAddress(c.req.param(), context);
    const object = await knownObject(context, address);
    const { managedFields: _, ...metadata } = objectIn(object, "metadata");
    return page(c, context, {
      title: `Edit ${address.name}`,
      current: qualifiedName(address.resource),
      children: (
        <ApplyPage text={yamlText({ ...object, metadata })} results={[]} isForced={false} of={objectHref(address)} />
      ),
    });
  });
  const tooLarge = (): never => {
    throw new HTTPException(413, { message: `More than ${MOST_BYTES / 1024 / 1024} MiB cannot be sent at once` });
  };
  app.post("/apply", bodyLimit({ maxSize: MOST_BYTES, onError: tooLarge }), async (c) => {
    const form = await c.req.parseBody();
    const field = (name: string): string => (typeof form[name] === "string" ? form[name] : "");
    const isForced = field("force") === "1";
    const results = await sendText(field("text"), {
      transport: context.transport,
      resources: await context.catalog.resources(),
      namespace: chosenNamespace(c, context) ?? context.namespace ?? "default",
      way: WAYS[field("way")] ?? "apply",
      isDryRun: field("action") === "try",
      isForced,
    });
    const of = /^\/objects\/[^/]+\/[^/]+\/[^/]+$/.test(field("of")) ? field("of") : undefined;
    return page(c, context, {
      title: "Apply YAML",
      children: <ApplyPage text={field("text")} results={results} isForced={isForced} of={of} />,
    });
  });
}
