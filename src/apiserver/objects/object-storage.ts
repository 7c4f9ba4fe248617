import type { Kind } from "../../api/kind.ts";
import { apiVersionOf, type KubeObject } from "../../api/resource-type.ts";
import { parseJson } from "../../lib/json/strict-json.ts";
import type { KeyValue, StoreEvent, ValueAt } from "../../store/store.ts";
import type { WatchFrame } from "../api-request.ts";

/**
 * How objects of one resource lie in the store. The value is the object's JSON without `kind` and `apiVersion`: list items
 * are these bytes as they are, and a single object is the same bytes behind a constant head. The resourceVersion is inside.
 *
 * Parsed forms are made when first needed and shared by all who ask; they are held weakly, so that an object nobody looks
 * at costs its bytes only. They must never be changed.
 */
export class ObjectStorage {
  /** Everything of this resource lies below it; ends with a slash. */
  readonly prefix: string;
  /** What watchers see of a commit, by the text of their selection. */
  readonly sharedFrames = new WeakMap<readonly StoreEvent[], Map<string, readonly WatchFrame[]>>();
  /** The same as lines of JSON: made once for all of them. */
  readonly frameBytes = new WeakMap<readonly WatchFrame[], Buffer>();
  readonly protobufFrameBytes = new WeakMap<readonly WatchFrame[], Uint8Array>();
  readonly #kind: Kind;
  readonly #head: Buffer;
  /** By the bytes that were parsed. */
  readonly #parsed = new WeakMap<Uint8Array, WeakRef<Readonly<KubeObject>>>();

  constructor(kind: Kind) {
    const { group, resource } = kind.storage ?? kind.type;
    this.prefix = `/registry/${group === "" ? resource : `${group}/${resource}`}/`;
    this.#kind = kind;
    this.#head = Buffer.from(`{"kind":"${kind.type.kind}","apiVersion":"${apiVersionOf(kind.type)}",`);
  }

  /** `namespace` is empty for cluster-wide objects. */
  key(namespace: string, name: string): string {
    return namespace === "" ? this.prefix + name : `${this.prefix}${namespace}/${name}`;
  }

  /** Where the objects of a namespace, or of all namespaces, begin. */
  keyPrefix(namespace: string): string {
    return namespace === "" ? this.prefix : `${this.prefix}${namespace}/`;
  }

  /** Whether reading and writing may need preparation at all. */
  get needsPreparation(): boolean {
    return false;
  }

  /** What has to be done before entries can be read. Undefined, as for nearly all kinds: nothing. */
  prepare(_entries: readonly KeyValue[]): Promise<void> | undefined {
    return undefined;
  }

  /** What has to be done before an object can be written. */
  prepareWrite(_object: KubeObject): Promise<void> | undefined {
    return undefined;
  }

  /** The object of an entry: shared, read-only. */
  read(entry: KeyValue): Readonly<KubeObject> {
    const known = this.#parsed.get(entry.value)?.deref();
    if (known) return known;
    // The store returns what `valueOf` wrote.
    const stored = parseJson(textOf(entry.value)) as unknown as Omit<KubeObject, "kind" | "apiVersion">;
    const { type, storage } = this.#kind;
    const own = { kind: type.kind, apiVersion: apiVersionOf(type), ...stored };
    const object = storage ? storage.fromStored(own) : own;
    this.#parsed.set(entry.value, new WeakRef(object));
    return object;
  }

  /** What to write for an object. The object, which must not be changed any more, is at once the parsed form of what was written. */
  valueOf(object: KubeObject): ValueAt {
    return (revision) => {
      const written = { ...object, metadata: { ...object.metadata, resourceVersion: String(revision) } };
      const { storage } = this.#kind;
      const { kind: _kind, apiVersion: _apiVersion, metadata, ...rest } = storage ? storage.toStored(written) : written;
      const value = Buffer.from(JSON.stringify({ metadata, ...rest }));
      this.#parsed.set(value, new WeakRef(written));
      return value;
    };
  }

  /** The JSON of one whole object, in pieces. */
  document(entry: KeyValue): readonly [head: Uint8Array, tail: Uint8Array] {
    return [this.#head, this.item(entry).subarray(1)];
  }

  /** The JSON of an object as lists carry it: without kind and apiVersion, as upstream leaves them out for built-in kinds. */
  item(entry: KeyValue): Uint8Array {
    if (!this.#kind.storage) return entry.value;
    const { kind: _kind, apiVersion: _apiVersion, ...rest } = this.read(entry);
    return Buffer.from(JSON.stringify(rest));
  }
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("utf8");
}
