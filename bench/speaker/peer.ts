import {spawn} from 'node:child_process'
import {writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {createInterface} from 'node:readline'
import {unit} from '@essence/core/speaker/vectors'
import {benchFolder} from '../harness.ts'

/** 3D-Speaker's own code, in Python. Speech → its unit vector, and the ms of the processor that took. */
export interface Peer {
  embed(audio: Float32Array): Promise<{vector: Float32Array; ms: number}>
  end(): void
}

/** @param weights the `.pt` file that the ONNX file was exported from; PEER_PYTHON names the Python that has torch and speakerlab */
export const openPeer = (weights: string): Peer => {
  const script = join(import.meta.dirname, '../peers/campplus_peer.py')
  const child = spawn(process.env['PEER_PYTHON'] ?? 'python3', [script, weights], {stdio: ['pipe', 'pipe', 'inherit']})
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]()
  const file = join(benchFolder(), 'clip.f32')
  return {
    async embed(audio) {
      writeFileSync(file, new Uint8Array(audio.buffer, audio.byteOffset, audio.byteLength))
      child.stdin.write(`${file}\n`)
      const {value, done} = await lines.next()
      if (done) throw new Error('The peer has ended.')
      const {vector, seconds} = JSON.parse(value) as {vector: number[]; seconds: number}
      return {vector: unit(Float32Array.from(vector)) ?? new Float32Array(), ms: seconds * 1000}
    },
    end: () => void child.stdin.end(),
  }
}
