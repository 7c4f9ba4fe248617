import { realpath } from "node:fs/promises";
import { dirname } from "node:path";

import { createAuthority, signLeaf } from "../../src/cluster/certificates/certificate-authority.ts";
import { succeed } from "./run.ts";

const HOUR_MS = 3_600_000;

/** What runs in the pod: webhooks by their paths. Integers keep all their digits. */
const SERVER = `
const exact = (text) =>
  JSON.parse(text, (key, value, { source }) =>
    typeof value === "number" && !Number.isSafeInteger(value) ? JSON.rawJSON(source) : value);
const patch = (operations) => ({ patchType: "JSONPatch", patch: btoa(JSON.stringify(operations)) });
const label = (key, value) => patch([{ op: "add", path: "/metadata/labels/" + key, value }]);

const webhooks = {
  "/first": ({ object }) => label("first", object.metadata.labels.second ? "again" : "once"),
  "/second": () => label("second", "yes"),
  "/check": ({ object }) =>
    object.data?.bad ? { allowed: false, status: { code: 422, message: "bad data" } } : { warnings: ["checked by a pod"] },
  "/exec": ({ object }) => ({ allowed: object.command[0] !== "sh", status: { message: "no shells" } }),
  "/slow": () => Bun.sleep(60_000),
};

const converted = ({ uid, desiredAPIVersion, objects }) => ({
  uid,
  result: { status: "Success" },
  convertedObjects: objects.map((object) => ({ ...object, apiVersion: desiredAPIVersion })),
});

Bun.serve({
  port: 8443,
  idleTimeout: 0,
  tls: { key: Bun.file("/certificate/tls.key"), cert: Bun.file("/certificate/tls.crt") },
  async fetch(request) {
    const { pathname } = new URL(request.url);
    if (pathname === "/ready") return new Response("ready");
    const { apiVersion, kind, request: asked } = exact(await request.text());
    const response =
      pathname === "/convert"
        ? converted(asked)
        : { uid: asked.uid, allowed: true, ...(await webhooks[pathname](asked)) };
    return Response.json({ apiVersion, kind, response });
  },
});
console.log("listening");
`;

/**
 * A pod with webhooks behind the Service `hooks` in `default`, and who signed its certificate, in base64. The pod runs this
 * machine's Bun, with its libraries, on an image with a shell: there is no registry to get one from.
 */
export async function webhookPod(): Promise<{ readonly manifests: readonly object[]; readonly caBundle: string }> {
  const now = Date.now();
  const validity = { notBefore: new Date(now - HOUR_MS), notAfter: new Date(now + HOUR_MS) };
  const authority = await createAuthority("webhooks", validity);
  const { key, certificate } = await signLeaf(authority, {
    ...validity,
    commonName: "hooks",
    organizations: [],
    usage: "server",
    hosts: ["hooks.default.svc"],
  });
  const bun = await realpath(process.execPath);
  const libraries = dirname(/=> (\S+libc\.so\.6)/.exec(await succeed(["ldd", bun]))?.[1] ?? "");
  const metadata = { name: "hooks", namespace: "default" };
  const labels = { app: "hooks" };
  const mounts = [
    { name: "bun", mountPath: "/usr/bin/bun", hostPath: { path: bun, type: "File" } },
    { name: "libraries", mountPath: libraries, hostPath: { path: libraries, type: "Directory" } },
    { name: "server", mountPath: "/server", configMap: { name: "hooks" } },
    { name: "certificate", mountPath: "/certificate", secret: { secretName: "hooks" } },
  ];
  return {
    caBundle: btoa(authority.certificate),
    manifests: [
      {
        apiVersion: "v1",
        kind: "Secret",
        metadata,
        type: "kubernetes.io/tls",
        stringData: { "tls.key": key, "tls.crt": certificate },
      },
      { apiVersion: "v1", kind: "ConfigMap", metadata, data: { "server.js": SERVER } },
      {
        apiVersion: "v1",
        kind: "Service",
        metadata,
        spec: { selector: labels, ports: [{ port: 443, targetPort: 8443 }] },
      },
      {
        apiVersion: "v1",
        kind: "Pod",
        metadata: { ...metadata, labels },
        spec: {
          terminationGracePeriodSeconds: 0,
          containers: [
            {
              name: "server",
              image: "kube-hello:1",
              command: ["/usr/bin/bun", "/server/server.js"],
              readinessProbe: { httpGet: { path: "/ready", port: 8443, scheme: "HTTPS" }, periodSeconds: 1 },
              volumeMounts: mounts.map(({ name, mountPath }) => ({ name, mountPath, readOnly: true })),
            },
          ],
          volumes: mounts.map(({ mountPath: _mountPath, ...volume }) => volume),
        },
      },
    ],
  };
}
