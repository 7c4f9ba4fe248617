import { UserError } from "../../lib/user-error.ts";
import type { CliContext } from "../context.ts";
import { messageOf } from "../error-message.ts";
import { type ApiObject, metadataOf, nameOf, namespaceOf, textIn } from "../objects/api-object.ts";
import type { ManifestEntry } from "../objects/select-objects.ts";
import type { WriteOptions } from "../objects/write-options.ts";
import type { Session } from "../session.ts";
import {
  applySetParent,
  checkParent,
  contentOf,
  formerMembers,
  joinedContent,
  knownContent,
  memberOf,
  writeContent,
} from "./apply-set.ts";
import { deletePruned, type PruneDeletion, prunableObjects, pruneMappings } from "./prune.ts";

/** What apply deletes because no manifest has it any more. */
export interface Pruning {
  /** The manifests as they are to be applied. */
  prepared(entries: readonly ManifestEntry[]): Promise<readonly ManifestEntry[]>;
  /** Deletes what is no longer wanted; `applied` is what is. */
  finish(applied: readonly ApiObject[], print: (pruned: ApiObject) => void): Promise<void>;
}

export interface PruneWishes extends PruneDeletion, Pick<WriteOptions, "fieldValidation"> {
  readonly labelSelector: string;
  readonly allowlist: readonly string[];
  /** The name of an apply set, or empty. */
  readonly applySet: string;
}

export async function startPruning(session: Session, wishes: PruneWishes): Promise<Pruning> {
  return wishes.applySet === "" ? await pruneByKinds(session, wishes) : await pruneBySet(session, wishes);
}

async function pruneByKinds(session: Session, wishes: PruneWishes): Promise<Pruning> {
  const { labelSelector, allowlist } = wishes;
  const mapper = await session.mapper();
  const allowed = allowlist.length > 0 ? pruneMappings(mapper, allowlist, session.context) : undefined;
  const namespaces = new Set<string>();
  return {
    async prepared(entries) {
      const target = await session.target();
      if (target.isNamespaceExplicit) namespaces.add(target.namespace);
      for (const { mapping, namespace } of entries) if (mapping.namespaced) namespaces.add(namespace);
      return entries;
    },
    async finish(applied, print) {
      const transport = await session.transport();
      const mappings = allowed ?? pruneMappings(mapper, [], session.context);
      const scope = { mappings, namespaces: [...namespaces], labelSelector };
      for (const pruned of await prunableObjects(transport, scope, uidsOf(applied))) {
        // oxlint-disable-next-line no-await-in-loop -- told in order, up to the first that fails
        await deletePruned(transport, pruned, wishes);
        print(pruned.object);
      }
    },
  };
}

async function pruneBySet(session: Session, wishes: PruneWishes): Promise<Pruning> {
  const [mapper, transport, target] = [await session.mapper(), await session.transport(), await session.target()];
  const parent = applySetParent(wishes.applySet, mapper, target.isNamespaceExplicit ? target.namespace : "");
  await checkParent(transport, mapper, parent);
  let known = { kinds: new Map(), namespaces: new Set() } as Awaited<ReturnType<typeof knownContent>>;
  let wanted = known;
  const write = async (content: typeof known): Promise<void> =>
    await writeContent(transport, parent, content, wishes, session.context);
  return {
    async prepared(entries) {
      const members = entries.map((entry) => memberOf(parent, entry));
      known = await knownContent(transport, mapper, parent);
      wanted = contentOf(members);
      // Both, until what is no longer wanted is gone: if this fails in between, the next apply still finds it.
      await write(joinedContent(known, wanted));
      return members;
    },
    async finish(applied, print) {
      for (const pruned of await formerMembers(transport, parent, known, uidsOf(applied))) {
        // oxlint-disable-next-line no-await-in-loop -- told in order, up to the first that fails
        await deletePruned(transport, pruned, wishes).catch((error: unknown) => {
          const { mapping, object } = pruned;
          const name = [namespaceOf(object), nameOf(object)].filter((each) => each !== "").join("/");
          const type = mapping.group === "" ? mapping.kind : `${mapping.kind}.${mapping.group}`;
          throw new UserError(`pruning ${type} ${name}: ${messageOf(error)}`);
        });
        print(pruned.object);
      }
      await write(wanted).catch((error: unknown) => {
        if (!(error instanceof UserError)) throw error;
        throw new UserError(`apply and prune succeeded, but ApplySet update failed: ${error.message}`);
      });
    },
  };
}

const uidsOf = (objects: readonly ApiObject[]): ReadonlySet<string> =>
  new Set(objects.map((object) => textIn(metadataOf(object), "uid")));

/** Apply sets are for those who ask for them, as long as kubectl takes them for an alpha feature. */
export const hasApplySets = ({ env }: Pick<CliContext, "env">): boolean => env["KUBECTL_APPLYSET"] === "true";
