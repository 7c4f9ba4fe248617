import type { CustomKind } from "../../api/custom-resources/custom-kind.ts";
import type { CustomSchema } from "../../api/custom-resources/custom-schema.ts";
import { apiVersionOf, type KubeObject } from "../../api/resource-type.ts";
import type { JsonObject } from "../../lib/json/json-value.ts";
import { isJsonObject } from "../../lib/json/json-value.ts";
import { parseJson } from "../../lib/json/strict-json.ts";
import type { KeyValue, ValueAt } from "../../store/store.ts";
import { ObjectStorage } from "../objects/object-storage.ts";
import { relabelled, type Conversion } from "./conversion.ts";

/** What the versions of one definition have in common. */
export interface CustomFamily {
  readonly storageApiVersion: string;
  /** By apiVersion, of all versions that are served or stored. */
  readonly schemas: ReadonlyMap<string, CustomSchema>;
  readonly conversion: Conversion;
}

const NOTHING = new Uint8Array();

/**
 * Custom resources lie in the store as whole objects in the storage version of the time they were written. Reading one brings
 * it to the schema of today: pruned, with defaults, converted. Where a webhook converts, that takes a call, which `prepare`
 * and `prepareWrite` make before the object is read or written.
 */
export class CustomObjectStorage extends ObjectStorage {
  readonly #kind: CustomKind;
  readonly #family: CustomFamily;
  readonly #apiVersion: string;
  /** By stored bytes. What a webhook made is kept as long as the bytes are; all else is made again when it is needed. */
  readonly #read = new WeakMap<Uint8Array, WeakRef<Readonly<KubeObject>>>();
  readonly #converted = new WeakMap<Uint8Array, Readonly<KubeObject>>();
  readonly #items = new WeakMap<Uint8Array, Uint8Array>();
  /** Of objects in this version, what they are in the storage version. */
  readonly #storedForms = new WeakMap<object, JsonObject>();

  constructor(kind: CustomKind, family: CustomFamily) {
    super(kind);
    this.#kind = kind;
    this.#family = family;
    this.#apiVersion = apiVersionOf(kind.type);
  }

  override get needsPreparation(): boolean {
    return this.#family.conversion.strategy !== "none";
  }

  override prepare(entries: readonly KeyValue[]): Promise<void> | undefined {
    const { conversion } = this.#family;
    if (conversion.strategy === "none") return undefined;
    const missing = entries
      .filter(({ value }) => !this.#converted.has(value))
      .map((entry) => ({
        entry,
        stored: this.#adopted(entry.value),
      }));
    const foreign = missing.filter(({ stored }) => stored["apiVersion"] !== this.#apiVersion);
    return foreign.length === 0 ? undefined : this.#convert(conversion, foreign);
  }

  override prepareWrite(object: KubeObject): Promise<void> | undefined {
    const { conversion, storageApiVersion } = this.#family;
    if (conversion.strategy === "none" || storageApiVersion === this.#apiVersion) return undefined;
    return this.#convertForStore(conversion, object);
  }

  override read(entry: KeyValue): Readonly<KubeObject> {
    const { value } = entry;
    const known = this.#converted.get(value) ?? this.#read.get(value)?.deref();
    if (known) return known;
    const stored = this.#adopted(value);
    const isForeign = stored["apiVersion"] !== this.#apiVersion;
    if (isForeign && this.#family.conversion.strategy !== "none") {
      throw new Error(`An object of ${this.#kind.type.resource} was read before it was converted`);
    }
    const object = isForeign ? this.#ownForm(relabelled(stored, this.#apiVersion)) : asObject(stored);
    this.#read.set(value, new WeakRef(object));
    return object;
  }

  override valueOf(object: KubeObject): ValueAt {
    const stored = this.#storedForm(object);
    return (revision) => {
      const resourceVersion = String(revision);
      const written = { ...object, metadata: { ...object.metadata, resourceVersion } };
      const metadata = { ...(isJsonObject(stored["metadata"]) ? stored["metadata"] : {}), resourceVersion };
      const storedObject = { ...stored, metadata };
      const value = Buffer.from(JSON.stringify(storedObject));
      if (this.#family.conversion.strategy === "none") this.#read.set(value, new WeakRef(written));
      else this.#converted.set(value, written);
      this.#storedForms.set(written, storedObject);
      if (stored["apiVersion"] === this.#apiVersion) this.#items.set(value, value);
      return value;
    };
  }

  override document(entry: KeyValue): readonly [head: Uint8Array, tail: Uint8Array] {
    return [NOTHING, this.item(entry)];
  }

  /** Items of custom resources name their kind, as upstream's do. */
  override item(entry: KeyValue): Uint8Array {
    const known = this.#items.get(entry.value);
    if (known) return known;
    const text = Buffer.from(JSON.stringify(this.read(entry)));
    const item = text.equals(entry.value) ? entry.value : text;
    this.#items.set(entry.value, item);
    return item;
  }

  /** What is stored, as its own version's schema has it today. */
  #adopted(value: Uint8Array): JsonObject {
    const text = Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString("utf8");
    // The store returns what `valueOf` wrote.
    const stored = parseJson(text) as JsonObject;
    const { apiVersion } = stored;
    const schema = typeof apiVersion === "string" ? this.#family.schemas.get(apiVersion) : undefined;
    if (!schema) return stored;
    const adopted = schema.adopt(stored);
    schema.fillIn(adopted);
    return adopted;
  }

  /** An object that was converted to this version, without what its schema does not know. */
  #ownForm(converted: JsonObject): Readonly<KubeObject> {
    return asObject(this.#kind.schema.adopt(converted));
  }

  #storedForm(object: KubeObject): JsonObject {
    const known = this.#storedForms.get(object);
    if (known) return known;
    const { storageApiVersion, schemas, conversion } = this.#family;
    // Objects are JSON.
    const own = object as unknown as JsonObject;
    if (storageApiVersion === this.#apiVersion) return own;
    if (conversion.strategy !== "none") throw new Error("An object was written before it was converted");
    const stored = relabelled(own, storageApiVersion);
    return schemas.get(storageApiVersion)?.adopt(stored) ?? stored;
  }

  async #convert(
    { convert }: Extract<Conversion, { strategy: "webhook" }>,
    foreign: readonly { readonly entry: KeyValue; readonly stored: JsonObject }[],
  ): Promise<void> {
    const converted = await convert(
      foreign.map(({ stored }) => stored),
      this.#apiVersion,
    );
    for (const [index, { entry, stored }] of foreign.entries()) {
      const object = this.#ownForm(converted[index] ?? {});
      this.#converted.set(entry.value, object);
      // Writing it back unchanged, as deletions do, needs no other call; older versions are brought up to date then.
      if (stored["apiVersion"] === this.#family.storageApiVersion) this.#storedForms.set(object, stored);
    }
  }

  async #convertForStore({ convert }: Extract<Conversion, { strategy: "webhook" }>, object: KubeObject): Promise<void> {
    const { storageApiVersion, schemas } = this.#family;
    const [converted = {}] = await convert([object as unknown as JsonObject], storageApiVersion);
    this.#storedForms.set(object, schemas.get(storageApiVersion)?.adopt(converted) ?? converted);
  }
}

/** An adopted object has metadata, and its kind and version were stored with it. */
const asObject = (adopted: JsonObject): Readonly<KubeObject> => adopted as unknown as KubeObject;
