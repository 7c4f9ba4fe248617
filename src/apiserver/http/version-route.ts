import { kubernetesVersion } from "../../lib/version.ts";
import type { PathRoutes } from "./path-routes.ts";

/** Which Kubernetes this is: clients compare `gitVersion` with the versions they support. */
export function addVersionRoute(app: PathRoutes): void {
  app.on("GET", ["/version", "/version/"], () => Response.json(versionInfo()));
}

export function versionInfo() {
  const { major, minor, gitVersion } = kubernetesVersion;
  return {
    major,
    minor,
    emulationMajor: major,
    emulationMinor: minor,
    minCompatibilityMajor: major,
    minCompatibilityMinor: String(Number(minor) - 1),
    gitVersion,
    gitCommit: "",
    gitTreeState: "clean",
    buildDate: "",
    goVersion: "",
    compiler: `bun${Bun.version}`,
    platform: `${process.platform}/${process.arch === "x64" ? "amd64" : process.arch}`,
  };
}
