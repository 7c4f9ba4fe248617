import { expect, test } from "bun:test";

import { ProtobufWriter } from "../../../lib/wire/protobuf-writer.ts";
import { openEnvelope } from "./envelope.ts";

const POD = "io.k8s.api.core.v1.Pod";

/** A body as client-go sends it: magic bytes, then an envelope with the kind and the message. */
function body(apiVersion: string, kind: string, write: (message: ProtobufWriter) => void): Uint8Array {
  const writer = new ProtobufWriter();
  writer.message(1, () => {
    writer.text(1, apiVersion);
    writer.text(2, kind);
  });
  writer.message(2, () => write(writer));
  return Buffer.concat([Buffer.from("k8s\0"), writer.finish()]);
}

test("openEnvelope reads nested messages, lists, maps and what JSON writes into the parent", () => {
  const bytes = body("v1", "Pod", (pod) => {
    pod.message(1, () => {
      pod.text(1, "web");
      for (const [key, value] of [
        ["app", "web"],
        ["empty", ""],
      ] as const) {
        pod.message(11, () => {
          pod.text(1, key);
          if (value !== "") pod.text(2, value);
        });
      }
      // A creation time of zero is an empty message.
      pod.message(8, () => undefined);
    });
    pod.message(2, () => {
      pod.message(1, () => {
        pod.text(1, "tmp");
        // Volume's source (2) is a message of its own on the wire: emptyDir is its field 2.
        pod.message(2, () => pod.message(2, () => undefined));
      });
      pod.message(2, () => {
        pod.text(1, "main");
        pod.message(8, () =>
          pod.message(2, () => {
            pod.text(1, "cpu");
            pod.message(2, () => pod.text(1, "100m"));
          }),
        );
      });
    });
  });
  expect(openEnvelope(bytes, POD)).toEqual({
    kind: "Pod",
    apiVersion: "v1",
    metadata: { name: "web", labels: { app: "web", empty: "" } },
    spec: {
      volumes: [{ name: "tmp", emptyDir: {} }],
      containers: [{ name: "main", resources: { requests: { cpu: "100m" } } }],
    },
  });
});

test("openEnvelope reads times, bytes and values that are a number or a text", () => {
  const event = body("coordination.k8s.io/v1", "Lease", (lease) =>
    lease.message(2, () =>
      lease.message(4, () => {
        lease.integer(1, 1_700_000_000);
        lease.integer(2, 123_456_000);
      }),
    ),
  );
  expect(openEnvelope(event, POD)["spec"]).toEqual({ renewTime: "2023-11-14T22:13:20.123456Z" });

  const secret = body("v1", "Secret", (writer) =>
    writer.message(2, () => {
      writer.text(1, "key");
      writer.bytes(2, Buffer.from("value"));
    }),
  );
  expect(openEnvelope(secret, POD)["data"]).toEqual({ key: "dmFsdWU=" });

  const service = body("v1", "Service", (writer) =>
    writer.message(2, () =>
      writer.message(1, () => {
        writer.integer(3, 80);
        writer.message(4, () => {
          writer.integer(1, 1);
          writer.text(3, "http");
        });
      }),
    ),
  );
  expect(openEnvelope(service, POD)["spec"]).toEqual({ ports: [{ port: 80, targetPort: "http" }] });
});

test("openEnvelope refuses what is no message of Kubernetes", () => {
  expect(() => openEnvelope(Buffer.from("{}"), POD)).toThrow("expected prefix [107 56 115 0]");
  expect(() => openEnvelope(Buffer.from("k8s\0\x0a\xff"), POD)).toThrow("unexpected EOF");
});
