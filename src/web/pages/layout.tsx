/** @jsxImportSource hono/jsx */
import type { Child } from "hono/jsx";

import { type DashboardResource, qualifiedName } from "../../feeds/resource.ts";
import { tableHref } from "../addresses.ts";
import type { Markup } from "./markup.ts";

/** What every page shows around what it is about. */
export interface Frame {
  readonly title: string;
  readonly contextName: string;
  readonly isReadOnly: boolean;
  readonly resources: readonly DashboardResource[];
  readonly namespaces: readonly string[];
  /** Chosen by the visitor; undefined for all. */
  readonly namespace: string | undefined;
  /** The entry of the menu that is marked: a table, or `overview`. */
  readonly current?: string | undefined;
}

/** No resource has this name. */
export const OVERVIEW = "overview";

const MENU: readonly (readonly [title: string, names: readonly string[]])[] = [
  [
    "Workloads",
    [
      "pods",
      "deployments.apps",
      "statefulsets.apps",
      "daemonsets.apps",
      "jobs.batch",
      "cronjobs.batch",
      "replicasets.apps",
      "horizontalpodautoscalers.autoscaling",
    ],
  ],
  [
    "Network",
    ["services", "ingresses.networking.k8s.io", "endpointslices.discovery.k8s.io", "networkpolicies.networking.k8s.io"],
  ],
  ["Configuration", ["configmaps", "secrets", "resourcequotas", "limitranges"]],
  ["Storage", ["persistentvolumeclaims", "persistentvolumes", "storageclasses.storage.k8s.io"]],
  ["Cluster", ["nodes", "namespaces", "events", "customresourcedefinitions.apiextensions.k8s.io"]],
  [
    "Access",
    [
      "serviceaccounts",
      "roles.rbac.authorization.k8s.io",
      "rolebindings.rbac.authorization.k8s.io",
      "clusterroles.rbac.authorization.k8s.io",
      "clusterrolebindings.rbac.authorization.k8s.io",
    ],
  ],
];

/** The whole document. `live` is where its script listens for what changes. */
export function Layout({
  frame,
  live,
  children,
}: {
  frame: Frame;
  live?: string | undefined;
  children?: Child;
}): Markup {
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>{`${frame.title} · ${frame.contextName}`}</title>
        <link rel="stylesheet" href="/assets/style.css" />
        <link rel="icon" href="data:," />
        <script src="/assets/live.js" defer></script>
      </head>
      <body>
        <header>
          <a class="brand" href="/">
            kube
          </a>
          <span class="context">{frame.contextName}</span>
          <NamespaceChoice {...frame} />
          <span class="space"></span>
          {frame.isReadOnly ? <span class="badge">read only</span> : <a href="/apply">Apply YAML</a>}
          <span id="status" class="status" role="status"></span>
        </header>
        <Menu {...frame} />
        <main data-live={live}>{children}</main>
      </body>
    </html>
  );
}

/** Stays on the page of the table, in another namespace. */
function NamespaceChoice({ namespaces, namespace, current }: Frame): Markup {
  return (
    <form action="/namespace" method="post" data-submits-itself="">
      <input
        type="hidden"
        name="back"
        value={current === undefined || current === OVERVIEW ? "/" : `/resources/${current}`}
      />
      <label>
        Namespace{" "}
        <select name="namespace">
          <option value="">all</option>
          {namespaces.map((name) => (
            <option value={name} selected={name === namespace}>
              {name}
            </option>
          ))}
        </select>
      </label>{" "}
      <button class="unscripted">Go</button>
    </form>
  );
}

function Menu({ resources, current }: Frame): Markup {
  const inMenu = new Set(MENU.flatMap(([, names]) => names));
  const others = resources.filter((each) => !inMenu.has(qualifiedName(each)));
  const named = (names: readonly string[]): readonly DashboardResource[] =>
    names.flatMap((name) => resources.find((each) => qualifiedName(each) === name) ?? []);
  return (
    <nav>
      <a href="/" aria-current={current === OVERVIEW ? "page" : undefined}>
        Overview
      </a>
      {MENU.map(([title, names]) => (
        <MenuPart title={title} entries={named(names)} current={current} />
      ))}
      <details open={others.some((each) => qualifiedName(each) === current)}>
        <summary>More kinds</summary>
        <MenuPart title="" entries={others} current={current} />
      </details>
    </nav>
  );
}

function MenuPart(part: { title: string; entries: readonly DashboardResource[]; current: string | undefined }): Markup {
  if (part.entries.length === 0) return <></>;
  return (
    <>
      {part.title === "" ? "" : <h2>{part.title}</h2>}
      {part.entries.map((each) => (
        <a
          href={tableHref(each)}
          title={qualifiedName(each)}
          aria-current={qualifiedName(each) === part.current ? "page" : undefined}
        >
          {each.resource}
        </a>
      ))}
    </>
  );
}
