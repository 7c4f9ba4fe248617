import { checkDnsSubdomain } from "../../../field-checks.ts";
import { child, type FieldErrors } from "../../../field-errors.ts";
import type { PodSpec, WindowsSecurityContextOptions } from "../../../types/core-v1.ts";
import { containersWithPaths } from "./pod-containers.ts";

const CREDENTIAL_SPEC_MAX_KIB = 64;
const DOMAIN_MAX_BYTES = 256;
const USER_MAX_BYTES = 104;

const NET_BIOS_NAME = /^[^\\/:*?"<>|.][^\\/:*?"<>|]{0,14}$/;
const DOMAIN_LABEL = "[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?";
const DOMAIN_NAME = new RegExp(`^${DOMAIN_LABEL}(?:\\.${DOMAIN_LABEL})*$`);

/** What a Windows container runs as. Nothing here runs them, but their pods are stored like any other. */
export function validateWindowsOptions(
  options: WindowsSecurityContextOptions | undefined,
  path: string,
  errors: FieldErrors,
): void {
  if (!options) return;
  const { gmsaCredentialSpecName, gmsaCredentialSpec, runAsUserName } = options;
  if (gmsaCredentialSpecName !== undefined) {
    checkDnsSubdomain(gmsaCredentialSpecName, child(path, "gmsaCredentialSpecName"), errors);
  }
  if (gmsaCredentialSpec === "") {
    errors.invalid(child(path, "gmsaCredentialSpec"), "", "gmsaCredentialSpec cannot be an empty string");
  } else if (gmsaCredentialSpec && Buffer.byteLength(gmsaCredentialSpec) > CREDENTIAL_SPEC_MAX_KIB * 1024) {
    errors.invalid(
      child(path, "gmsaCredentialSpec"),
      gmsaCredentialSpec,
      `gmsaCredentialSpec size must be under ${CREDENTIAL_SPEC_MAX_KIB} KiB`,
    );
  }
  if (runAsUserName === undefined) return;
  for (const problem of userNameProblems(runAsUserName)) {
    errors.invalid(child(path, "runAsUserName"), runAsUserName, `runAsUserName${problem}`);
  }
}

/** HostProcess containers: all of a pod or none, and only with the host's network. */
export function validateHostProcess(spec: PodSpec, path: string, errors: FieldErrors): void {
  const ofPod = spec.securityContext?.windowsOptions?.hostProcess;
  const containers = containersWithPaths(spec, path);
  let hostProcesses = 0;
  for (const { container, path: containerPath } of containers) {
    const own = container.securityContext?.windowsOptions?.hostProcess;
    if (ofPod !== undefined && own !== undefined && ofPod !== own) {
      errors.invalid(
        `${containerPath}.securityContext.windowsOptions.hostProcess`,
        own,
        `pod hostProcess value must be identical if both are specified, was ${ofPod}`,
      );
    }
    if (own ?? ofPod) hostProcesses++;
  }
  if (hostProcesses === 0) return;
  if (hostProcesses !== containers.length) {
    errors.invalid(
      path,
      "",
      "If pod contains any hostProcess containers then all containers must be HostProcess containers",
    );
  }
  if (!spec.hostNetwork) {
    errors.invalid(
      child(path, "hostNetwork"),
      false,
      "hostNetwork must be true if pod contains any hostProcess containers",
    );
  }
}

/** `DOMAIN\user`; the problems continue the name of the field. */
function userNameProblems(name: string): string[] {
  if (name === "") return [" cannot be an empty string"];
  // oxlint-disable-next-line no-control-regex -- control characters are what it looks for
  if (/[\u0000-\u001f\u007f]/.test(name)) return [" cannot contain control characters"];
  const parts = name.split("\\");
  if (parts.length > 2) return [" cannot contain more than one backslash"];
  const user = parts.at(-1) ?? "";
  const domain = parts.length === 2 ? parts[0] : undefined;
  return [...(domain === undefined ? [] : domainProblems(domain)), ...accountProblems(user)];
}

function domainProblems(domain: string): string[] {
  const problems: string[] = [];
  if (Buffer.byteLength(domain) >= DOMAIN_MAX_BYTES) {
    problems.push(`'s Domain length must be under ${DOMAIN_MAX_BYTES} characters`);
  }
  if (!NET_BIOS_NAME.test(domain) && !DOMAIN_NAME.test(domain)) {
    problems.push("'s Domain doesn't match the NetBios nor the DNS format");
  }
  return problems;
}

function accountProblems(user: string): string[] {
  const problems: string[] = [];
  if (user === "") problems.push("'s User cannot be empty");
  else if (Buffer.byteLength(user) > USER_MAX_BYTES) {
    problems.push(`'s User length must not be longer than ${USER_MAX_BYTES} characters`);
  }
  if (/^[. ]+$/.test(user)) problems.push("'s User cannot contain only periods or spaces");
  if (/["/\\:;|=,+*?<>@[\]]/.test(user)) {
    problems.push(`'s User cannot contain the following characters: "/\\:;|=,+*?<>@[]`);
  }
  return problems;
}
