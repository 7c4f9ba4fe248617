/** @jsxImportSource hono/jsx */

import { addressText, type ObjectAddress } from "../../feeds/resource.ts";
import { objectIn, objectsIn, textIn } from "../../feeds/table-rows.ts";
import type { JsonObject } from "../../lib/json/json-value.ts";
import { logHref, objectHref } from "../addresses.ts";
import type { Markup } from "./markup.ts";

export const OBJECT_TABS = { yaml: "YAML", events: "Events", related: "Related" } as const;
export type ObjectTab = keyof typeof OBJECT_TABS;

/** The head of an object's page; what is in `pane` changes as the object does. */
export function ObjectPage(props: {
  address: ObjectAddress;
  tab: ObjectTab;
  object: JsonObject | undefined;
  isReadOnly: boolean;
  pane: Markup;
}): Markup {
  const { address, tab, object } = props;
  return (
    <>
      <div class="heading">
        <h1>{addressText(address)}</h1>
        {address.namespace === undefined ? "" : <span>in {address.namespace}</span>}
      </div>
      <div class="tabs">
        {Object.entries(OBJECT_TABS).map(([name, title]) => (
          <a href={objectHref(address, { tab: name })} aria-current={name === tab ? "page" : undefined}>
            {title}
          </a>
        ))}
        {address.resource.kind === "Pod"
          ? containerNames(object ?? {}).map((name) => <LogLink {...{ address, name }} />)
          : ""}
        {props.isReadOnly ? "" : <a href={objectHref(address).replace("/objects/", "/edit/")}>Edit</a>}
      </div>
      <div id="pane">{props.pane}</div>
    </>
  );
}

function LogLink({ address, name }: { address: ObjectAddress; name: string }): Markup {
  return <a href={logHref(address.namespace ?? "", address.name, { container: name })}>Log of {name}</a>;
}

export function containerNames(pod: JsonObject): readonly string[] {
  const spec = objectIn(pod, "spec");
  return ["initContainers", "containers", "ephemeralContainers"].flatMap((list) =>
    objectsIn(spec, list).map((each) => textIn(each, "name")),
  );
}

/** `revealHref` shows the values of a Secret; undefined where nothing is hidden. */
export function YamlPane({ text, revealHref }: { text: string; revealHref: string | undefined }): Markup {
  return (
    <>
      {revealHref === undefined ? (
        ""
      ) : (
        <p>
          <a href={revealHref}>Show the values</a>
        </p>
      )}
      <pre class="yaml">{text}</pre>
    </>
  );
}

export function EventsPane({ events }: { events: readonly JsonObject[] }): Markup {
  if (events.length === 0) return <p>No events within the last hour.</p>;
  return (
    <table>
      <thead>
        <tr>
          <th>Last seen</th>
          <th>Type</th>
          <th>Reason</th>
          <th>Count</th>
          <th>From</th>
          <th>Message</th>
        </tr>
      </thead>
      <tbody>
        {events.map((event) => (
          <tr class={textIn(event, "type") === "Warning" ? "bad" : "good"}>
            <td>
              <time data-since={Date.parse(lastSeen(event))}>{lastSeen(event)}</time>
            </td>
            <td>{textIn(event, "type")}</td>
            <td>{textIn(event, "reason")}</td>
            <td>{countOf(event)}</td>
            <td>{textIn(event, "reportingComponent") || textIn(objectIn(event, "source"), "component")}</td>
            <td>{textIn(event, "message")}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

export function lastSeen(event: JsonObject): string {
  return (
    textIn(objectIn(event, "series"), "lastObservedTime") ||
    textIn(event, "lastTimestamp") ||
    textIn(event, "eventTime") ||
    textIn(objectIn(event, "metadata"), "creationTimestamp")
  );
}

function countOf(event: JsonObject): number {
  const count = objectIn(event, "series")["count"] ?? event["count"];
  return typeof count === "number" ? count : 1;
}

export interface Relations {
  readonly owners: readonly ObjectAddress[];
  readonly owned: readonly ObjectAddress[];
}

export function RelatedPane({ owners, owned }: Relations): Markup {
  return (
    <>
      <Relatives title="Belongs to" addresses={owners} none="Nothing owns it." />
      <Relatives title="Owns" addresses={owned} none="It owns nothing." />
    </>
  );
}

function Relatives(props: { title: string; addresses: readonly ObjectAddress[]; none: string }): Markup {
  return (
    <section>
      <h2>{props.title}</h2>
      {props.addresses.length === 0 ? (
        <p>{props.none}</p>
      ) : (
        <ul>
          {props.addresses.map((address) => (
            <li>
              <a href={objectHref(address)}>{addressText(address)}</a>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
