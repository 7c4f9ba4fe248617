/** What is built in and can be switched off, or on. */
export const ADDONS = [
  {
    name: "dashboard",
    isOn: true,
    about: "kube dashboard, in the terminal and in the browser: runs only while you look at it",
  },
  { name: "default-storageclass", isOn: true, about: "the class standard, whose volumes are folders of this machine" },
  { name: "ingress", isOn: true, about: "Ingresses, and every Service as NAME.NAMESPACE.localhost" },
  { name: "metrics", isOn: true, about: "what pods and nodes use, for kubectl top and autoscalers" },
  { name: "registry", isOn: false, about: "a registry of images at localhost:5000, registry.kube-system for pods" },
] as const;

export type AddonName = (typeof ADDONS)[number]["name"];

export type AddonSwitches = Readonly<Record<AddonName, boolean>>;

/** As they are until somebody switches. */
export const DEFAULT_ADDONS: AddonSwitches = switches(ADDONS.map(({ name, isOn }) => [name, isOn]));

export const isAddon = (name: string): name is AddonName => ADDONS.some((addon) => addon.name === name);

/** `registry`, `ingress=false`; undefined for what is none. */
export function parseAddonSwitch(text: string): readonly [AddonName, boolean] | undefined {
  const [name = "", value = "true", ...rest] = text.split("=");
  const isKnown = isAddon(name) && (value === "true" || value === "false") && rest.length === 0;
  return isKnown ? [name, value === "true"] : undefined;
}

export function addonSwitchesText(addons: Partial<AddonSwitches>): string {
  return Object.entries(addons)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, isOn]) => (isOn ? name : `${name}=false`))
    .join(",");
}

function switches(entries: readonly (readonly [AddonName, boolean])[]): AddonSwitches {
  // Every addon is among the entries.
  return Object.fromEntries(entries) as AddonSwitches;
}
