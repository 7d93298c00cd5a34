import type {HostEvent} from './host/events.ts'
import type {HostOperation, HostOperations} from './operations/port.ts'

/** A machine that operations can be asked of: this one, or one behind SSH. */
export interface HostSession {
  /** `this machine`, or `user@host`. */
  readonly name: string
  /** Behind SSH. */
  readonly remote: boolean
  /** Others are worked on at the same time, so what is shown has to name it. */
  readonly shared?: boolean
  /** Brings there what an operation needs and a tarball of this machine has: Node.js, where there is none. */
  prepare(tarball: string): Promise<void>
  /** Does one operation there. Throws what it throws there: the same codes, messages and suggestions. */
  perform<Name extends HostOperation>(
    operation: Name,
    input: HostOperations[Name]['input'],
    options?: {onEvent?: (event: HostEvent) => void; signal?: AbortSignal},
  ): Promise<HostOperations[Name]['output']>
  /**
   * Makes a tarball of this machine available there, resuming what an earlier try brought.
   * @returns its path on that machine
   * @throws DIGEST_MISMATCH, DISK_FULL, REMOTE_UNREACHABLE
   */
  upload(
    tarball: {path: string; service: string; sha256: string; size: number},
    options?: {onProgress?: (bytes: number) => void; signal?: AbortSignal},
  ): Promise<string>
  close(): Promise<void>
}
