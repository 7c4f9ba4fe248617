import type { JsonObject } from "../lib/json/json-value.ts";
import type { FieldErrors } from "./field-errors.ts";
import type { KubeObject, ResourceType } from "./resource-type.ts";
import type { ObjectSchema } from "./schema/object-schema.ts";

/**
 * Everything the API server has to know of one kind. Generic code asks the Kind and never names one: where it would have to,
 * a field is missing here.
 */
export interface Kind<T extends KubeObject = KubeObject> {
  readonly type: ResourceType<T>;
  readonly listKind: string;
  readonly singular: string;
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  /** The definition in the schema facts: `io.k8s.api.core.v1.Pod`. */
  readonly definition: string;
  /** Absent: that of the definition. */
  readonly schema?: ObjectSchema;
  /** What OpenAPI documents have under the names of its definitions; absent: what follows from the facts. */
  readonly published?: (form: "v2" | "v3") => Readonly<Record<string, JsonObject>>;
  /** As discovery lists them, in upstream's order. */
  readonly verbs: readonly string[];
  /** Kinds that are one thing in two versions or groups share a place in the store; absent: own group and resource. */
  readonly storage?: SharedStorage<T>;
  /** The version in which its objects are written; absent: its own. */
  readonly storedVersion?: string | undefined;
  readonly columns: readonly Column<T>[];
  readonly selectableFields: SelectableFields<T>;
  /** Sets what the user left out, as upstream's SetDefaults functions do. Must not look at anything but the object. */
  readonly defaults?: (draft: T) => void;
  readonly strategy: Strategy<T>;
  /** What everyone is told who uses the kind in this version. */
  readonly deprecationWarning?: string | undefined;
  readonly subresources: readonly Subresource<T>[];
}

interface SharedStorage<T> {
  readonly group: string;
  readonly resource: string;
  /** From this version to the stored form and back. Both must not change their argument. */
  readonly toStored: (object: T) => KubeObject;
  readonly fromStored: (stored: KubeObject) => T;
}

/** What a field selector may ask. */
export interface SelectableFields<T> {
  /** By label, besides metadata.name and metadata.namespace, which every kind has. */
  readonly fields: Readonly<Record<string, (object: T) => string>>;
  /** Some kinds without a namespace refuse to be asked for it; others are asked in vain. */
  readonly withoutNamespace?: true;
  /** Older labels and the ones they stand for. */
  readonly aliases?: Readonly<Record<string, string>>;
  /** Upstream's refusal of any other label, complete; it differs from kind to kind. */
  readonly refusal: (label: string) => string;
}

/** One column of a Table. */
export interface Column<T> {
  readonly name: string;
  readonly type: "string" | "integer" | "number" | "boolean" | "date";
  readonly format?: string;
  readonly description?: string;
  /** 0 is always shown, all others only with `-o wide`. */
  readonly priority: number;
  readonly value: (object: T, context: { readonly now: number }) => string | number | boolean | null;
}

/** How writes of a kind are prepared and checked: upstream's registry strategies. */
export interface Strategy<T> {
  readonly nameFormat: NameFormat;
  /** The part whose changes metadata.generation counts; absent: the kind has no generation. */
  readonly desiredState?: (object: T) => unknown;
  /** A PUT without resourceVersion overwrites whatever is there. */
  readonly allowsUnconditionalUpdate: boolean;
  /** Why nothing new can be created; absent: it can. */
  readonly refusesCreation?: string | undefined;
  /** A PUT to a name that does not exist creates it. */
  readonly allowsCreateOnUpdate: boolean;
  /** Whoever creates the object may say its status too (nodes). */
  readonly keepsStatusOnCreate?: boolean;
  /** Before validation, on defaulted drafts. Kinds with a status subresource clear or keep `status` without saying so here. */
  readonly prepareCreate?: (draft: T, context: WriteContext) => void;
  readonly prepareUpdate?: (draft: T, old: T, context: WriteContext) => void;
  /**
   * Everything but metadata, which is checked for all kinds alike (and the name by `nameFormat`). On updates `old` is what is
   * there: values that older rules let in may stay.
   */
  readonly validate?: (object: T, errors: FieldErrors, old?: T) => void;
  /** In addition to `validate` of the new object; knows that object passed no check yet. */
  readonly validateUpdate?: (object: T, old: T, errors: FieldErrors) => void;
  /** Texts for `Warning` headers. */
  readonly warnings?: (object: T, old: T | undefined) => readonly string[];
  /** What deletion without an explicit grace period waits for, in seconds; absent: objects go at once. */
  readonly gracePeriodSeconds?: (object: T) => number;
  /** Whether a deletion may skip the grace period altogether (a pod that never got a node). */
  readonly deletesAtOnce?: (object: T) => boolean;
  /** Finalizers the kind keeps elsewhere than in metadata: while there are any, a deleted object stays. */
  readonly ownFinalizers?: (object: T) => readonly string[];
  /** With which every deletion begins: the server itself has something to clean up first. */
  readonly cleanupFinalizer?: string;
  /** When deletion begins and the object stays for a while. */
  readonly prepareDelete?: (draft: T) => void;
  /** A deletion answers with the object as it was, instead of a Status. */
  readonly returnsDeletedObject?: boolean;
  /** Objects that nobody deletes: they go by themselves some time after they were last written. */
  readonly expiry?: Expiry<T>;
  /** How dependents are treated when the request does not say: upstream's DefaultGarbageCollectionPolicy. */
  readonly defaultPropagation?: "background" | "orphan" | "unsupported";
}

export interface Expiry<T> {
  readonly afterSeconds: number;
  /** When the object was last of interest, in milliseconds. */
  readonly since: (object: T) => number;
}

/** Who writes, and when. */
export interface WriteContext {
  readonly now: number;
  readonly user: {
    readonly name: string;
    readonly uid?: string | undefined;
    readonly groups: readonly string[];
    readonly extra?: Readonly<Record<string, readonly string[]>> | undefined;
  };
}

export type NameFormat =
  | "dns-subdomain"
  | "dns-label"
  | "dns-1035-label"
  | "path-segment"
  /** The kind validates its name itself. */
  | "own";

/** A path below an object. What a subresource does is found in apiserver/subresources under its name. */
export type Subresource<T = KubeObject> =
  | StatusSubresource<T>
  | ScaleSubresource<T>
  | {
      readonly name: string;
      /** The kind of its body, as discovery shows it. */
      readonly kind: { readonly group: string; readonly version: string; readonly kind: string };
      readonly verbs: readonly string[];
    };

export interface StatusSubresource<T> {
  readonly name: "status";
  readonly prepareUpdate?: (draft: T, old: T, context: WriteContext) => void;
  readonly validateUpdate?: (object: T, old: T, errors: FieldErrors) => void;
}

export interface ScaleSubresource<T> {
  readonly name: "scale";
  /** Undefined: not said, which `missingReplicas` has the words for. */
  readonly replicas: (object: T) => number | undefined;
  readonly withReplicas: (object: T, replicas: number) => T;
  readonly statusReplicas: (object: T) => number;
  /** In the string form of selectors. */
  readonly selector: (object: T) => string;
  /** Refuses to tell the scale of an object that does not say it; absent: it counts as 0. */
  readonly missingReplicas?: string;
}
