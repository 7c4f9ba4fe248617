import { addressText, qualifiedName } from "../../feeds/resource.ts";
import type { Screen, State } from "./state.ts";

/** Where one is, and how one came there. */
export const crumbTexts = ({ screens }: State): readonly string[] => screens.map(crumbText);

function crumbText(screen: Screen): string {
  switch (screen.kind) {
    case "home":
      return "home";
    case "table":
      return screen.scope.of === undefined
        ? qualifiedName(screen.resource)
        : `${qualifiedName(screen.resource)} of ${screen.scope.of}`;
    case "object":
      return addressText(screen.address);
    case "containers":
      return addressText(screen.pod);
    case "logs":
      return screen.container === undefined ? `logs of ${addressText(screen.of)}` : `logs of ${screen.container}`;
    case "list":
      return screen.list;
    case "text":
      return screen.title;
    case "help":
      return "help";
  }
}
