import {mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import type {LlamaContextSequence, Token} from 'node-llama-cpp'
import {evaluatePrompt} from './generate.ts'

/** Where two prompts begin to differ is where what they have in common ends. */
export const commonPrefix = (a: readonly Token[], b: readonly Token[]): Token[] => {
  const end = a.findIndex((token, i) => token !== b[i])
  return a.slice(0, end === -1 ? a.length : end)
}

/**
 * Computes tokens in one sequence, and gives the others its state: on a CPU a system prompt takes seconds, and its state,
 * through a file, milliseconds. Throws the signal's reason.
 */
export const prefill = async (
  [first, ...others]: readonly LlamaContextSequence[],
  tokens: Token[],
  signal?: AbortSignal,
): Promise<void> => {
  if (!first || tokens.length === 0) return
  await evaluatePrompt(first, tokens, signal)
  if (others.length === 0) return
  // Where there is no room for the file, the others compute it in their first turn.
  const folder = await mkdtemp(join(tmpdir(), 'essence-prefill-')).catch(() => undefined)
  if (folder === undefined) return
  const state = join(folder, 'state')
  const isSaved = await first.saveStateToFile(state).then(
    () => true,
    () => false,
  )
  // The same model, loaded in this process: that is the risk.
  if (isSaved) for (const other of others) await other.loadStateFromFile(state, {acceptRisk: true})
  await rm(folder, {recursive: true, force: true})
}
