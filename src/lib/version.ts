declare const KUBE_VERSION: string | undefined;

/** Of this program; set by the build. */
export const kubeVersion: string = typeof KUBE_VERSION === "string" ? KUBE_VERSION : "0.0.0-dev";

/** The Kubernetes whose API is served. */
export const kubernetesVersion = { major: "1", minor: "36", gitVersion: "v1.36.2+kube" } as const;
