/** Bytes of a piece that is small enough to be the arguments of one call. */
export const toBase64 = (bytes: ArrayBuffer): string => btoa(String.fromCharCode(...new Uint8Array(bytes)))

export const fromBase64 = (text: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(atob(text), char => char.charCodeAt(0))

/** 16-bit PCM, little-endian as every browser's machine is. */
export const pcmOf = (base64: string): Int16Array => new Int16Array(fromBase64(base64).buffer)
