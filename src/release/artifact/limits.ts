/** What a release may be at most; anything beyond is no release of June but an attack or an accident. */
export interface ReleaseLimits {
  /** Bytes of `manifest.json`. */
  manifestBytes: number
  files: number
  /** Bytes of all files together, as the manifest declares them. */
  bytes: number
  /** Bytes unpacked for one byte packed. Code and libraries come to 3–6, zeros to 1000. */
  ratio: number
}

/** A release with every engine built for CUDA has 30,000 files and 6 GB. */
export const releaseLimits: ReleaseLimits = {
  manifestBytes: 64 * 2 ** 20,
  files: 200_000,
  bytes: 32 * 2 ** 30,
  ratio: 200,
}
