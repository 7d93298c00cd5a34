import {symlink} from 'node:fs/promises'
import {replaceFile} from '../../kit/files/atomic-write.ts'
import type {ServiceLayout} from '../host/layout.ts'

/** Points `current` at a build: a reader sees the old one or the new one, also after a crash. */
export const pointCurrent = ({current}: ServiceLayout, build: string): Promise<void> =>
  replaceFile(current, draft => symlink(`releases/${build}`, draft), {durable: true})
