import { existsSync } from "node:fs";

const FOLDERS = ["/usr", "/bin", "/sbin", "/lib", "/lib64"];

/** What this machine's programs need to run in an image that has nothing. They can be read there, and no more. */
export const systemMounts = () =>
  FOLDERS.filter((folder) => existsSync(folder)).map((folder) => ({
    Type: "bind" as const,
    Source: folder,
    Target: folder,
    ReadOnly: true,
  }));
