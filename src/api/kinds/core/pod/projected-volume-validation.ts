import { checkNotEmpty } from "../../../field-checks.ts";
import { at, child, type FieldErrors } from "../../../field-errors.ts";
import { validateLabelSelector } from "../../../label-selector.ts";
import type {
  ClusterTrustBundleProjection,
  ConfigMapProjection,
  PodCertificateProjection,
  ProjectedVolumeSource,
  SecretProjection,
  ServiceAccountTokenProjection,
  VolumeProjection,
} from "../../../types/core-v1.ts";
import { validateDownwardApiFile, validateFileMode, validateItems } from "./config-volume-validation.ts";
import { validateUnreservedPath } from "./path-validation.ts";
import { clusterTrustBundleNameProblems, isKubernetesSigner, validateSignerName } from "./signer-name.ts";
import { validateUserAnnotations } from "./user-annotations.ts";

const TOKEN_MIN_SECONDS = 10 * 60;
const TOKEN_MAX_SECONDS = 2 ** 32;
const CERTIFICATE_MIN_SECONDS = 3600;
const CERTIFICATE_MAX_SECONDS = 91 * 24 * 60 * 60;
const KUBERNETES_CERTIFICATE_MAX_SECONDS = 24 * 60 * 60;
const KEY_TYPES = ["RSA3072", "RSA4096", "ECDSAP256", "ECDSAP384", "ECDSAP521", "ED25519"];

/** Several sources in one folder. */
export function validateProjectedVolume(volume: ProjectedVolumeSource, path: string, errors: FieldErrors): void {
  validateFileMode(volume.defaultMode, child(path, "defaultMode"), errors);
  const files = new FileNames(path, errors);
  volume.sources?.forEach((source, index) => {
    const sourcePath = at(child(path, "sources"), index);
    validateProjection(source, sourcePath, path, files, errors);
    if (Object.values(source).filter((each) => each !== undefined).length > 1) {
      errors.forbidden(sourcePath, "may not specify more than 1 volume type per source");
    }
  });
}

/** The names already given to files of the volume. */
class FileNames {
  readonly #names = new Set<string>();
  readonly #path: string;
  readonly #errors: FieldErrors;

  constructor(path: string, errors: FieldErrors) {
    this.#path = path;
    this.#errors = errors;
  }

  /** `shown` is what the message names: upstream does not always take the file. */
  add(file: string, shown = file): void {
    if (this.#names.has(file)) this.#errors.invalid(this.#path, shown, "conflicting duplicate paths");
    this.#names.add(file);
  }
}

function validateProjection(
  source: VolumeProjection,
  path: string,
  volumePath: string,
  files: FileNames,
  errors: FieldErrors,
): void {
  const { secret, configMap, downwardAPI, serviceAccountToken, clusterTrustBundle, podCertificate } = source;
  if (secret) validateKeys(secret, child(path, "secret"), files, errors);
  if (configMap) validateKeys(configMap, child(path, "configMap"), files, errors);
  for (const file of downwardAPI?.items ?? []) {
    validateDownwardApiFile(file, child(path, "downwardAPI"), errors);
    if (file.path) files.add(file.path);
  }
  if (serviceAccountToken) {
    validateToken(serviceAccountToken, child(path, "serviceAccountToken"), volumePath, errors);
  }
  if (clusterTrustBundle) validateTrustBundle(clusterTrustBundle, child(path, "clusterTrustBundle"), files, errors);
  if (podCertificate) validateCertificate(podCertificate, child(path, "podCertificate"), files, errors);
}

function validateKeys(
  { name, items }: SecretProjection | ConfigMapProjection,
  path: string,
  files: FileNames,
  errors: FieldErrors,
): void {
  checkNotEmpty(name, child(path, "name"), errors);
  validateItems(items, child(path, "items"), errors);
  for (const { path: file } of items ?? []) if (file) files.add(file, name ?? "");
}

function validateToken(
  { expirationSeconds = 0, path: file }: ServiceAccountTokenProjection,
  path: string,
  volumePath: string,
  errors: FieldErrors,
): void {
  const secondsPath = child(path, "expirationSeconds");
  if (expirationSeconds < TOKEN_MIN_SECONDS) {
    errors.invalid(secondsPath, expirationSeconds, "may not specify a duration less than 10 minutes");
  }
  if (expirationSeconds > TOKEN_MAX_SECONDS) {
    errors.invalid(secondsPath, expirationSeconds, "may not specify a duration larger than 2^32 seconds");
  }
  // Upstream names the volume, not the source.
  if (!file) errors.required(child(volumePath, "path"), "");
  else validateUnreservedPath(file, child(volumePath, "path"), errors);
}

function validateTrustBundle(
  bundle: ClusterTrustBundleProjection,
  path: string,
  files: FileNames,
  errors: FieldErrors,
): void {
  const { name, signerName, labelSelector, path: file } = bundle;
  if (name !== undefined && signerName !== undefined) {
    errors.invalid(path, bundle, "only one of name and signerName may be used");
  } else if (name !== undefined) {
    if (name === "") errors.required(child(path, "name"), "must be a valid object name");
    for (const problem of clusterTrustBundleNameProblems(name)) {
      errors.invalid(child(path, "name"), name, `not a valid clustertrustbundlename: ${problem}`);
    }
    if (labelSelector) {
      errors.invalid(child(path, "labelSelector"), labelSelector, "labelSelector must be unset if name is specified");
    }
  } else if (signerName !== undefined) {
    if (signerName === "") errors.required(child(path, "signerName"), "must be a valid signer name");
    validateSignerName(signerName, child(path, "signerName"), errors);
    validateLabelSelector(labelSelector, child(path, "labelSelector"), errors);
  } else {
    errors.required(path, "either name or signerName must be specified");
  }
  checkNotEmpty(file, child(path, "path"), errors);
  validateUnreservedPath(file, child(path, "path"), errors);
  files.add(file);
}

function validateCertificate(
  certificate: PodCertificateProjection,
  path: string,
  files: FileNames,
  errors: FieldErrors,
): void {
  const { signerName, userAnnotations, keyType, maxExpirationSeconds } = certificate;
  validateSignerName(signerName, child(path, "signerName"), errors);
  validateUserAnnotations(userAnnotations, child(path, "userAnnotations"), errors);
  if (!KEY_TYPES.includes(keyType)) errors.notSupportedInOrder(child(path, "keyType"), keyType, KEY_TYPES);
  if (maxExpirationSeconds !== undefined) {
    const max = isKubernetesSigner(signerName) ? KUBERNETES_CERTIFICATE_MAX_SECONDS : CERTIFICATE_MAX_SECONDS;
    const secondsPath = child(path, "maxExpirationSeconds");
    if (maxExpirationSeconds < CERTIFICATE_MIN_SECONDS) {
      errors.invalid(
        secondsPath,
        maxExpirationSeconds,
        `if provided, maxExpirationSeconds must be >= ${CERTIFICATE_MIN_SECONDS}`,
      );
    }
    if (maxExpirationSeconds > max) {
      errors.invalid(secondsPath, maxExpirationSeconds, `if provided, maxExpirationSeconds must be <= ${max}`);
    }
  }
  const given = CERTIFICATE_FILES.filter((field) => certificate[field]);
  for (const field of given) {
    const file = certificate[field] ?? "";
    validateUnreservedPath(file, child(path, field), errors);
    files.add(file);
  }
  if (given.length === 0) {
    errors.required(path, "specify at least one of credentialBundlePath, keyPath, and certificateChainPath");
  }
}

const CERTIFICATE_FILES = ["credentialBundlePath", "keyPath", "certificateChainPath"] as const;
