import {writeFileSync} from 'node:fs'
import {OnnxGraph} from '@essence/core/onnx/graph'

export interface TinyModel {
  /** What it calls its input. */
  input?: string
  bands?: number
}

/**
 * A speaker model without weights: how much each band moves, less what all of them do. It tells apart voices that differ much, and takes
 * and gives what the published ones do.
 */
export const writeTinyModel = (path: string, {input = 'feats', bands = 80}: TinyModel = {}): string => {
  const graph = new OnnxGraph('tiny speaker model')
  const features = graph.input(input, 'float32', ['batch', 'frames', bands])
  const overFrames = graph.op('ReduceMean', [graph.op('Mul', [features, features]), graph.ints(1)], {
    keepdims: {int: 0},
  })
  const logarithm = graph.op('Log', [graph.op('Add', [overFrames, graph.float(1e-6)])])
  const common = graph.op('ReduceMean', [logarithm, graph.ints(1)], {keepdims: {int: 1}})
  graph.output(graph.op('Sub', [logarithm, common]), 'embs', 'float32', ['batch', bands])
  writeFileSync(path, graph.finish())
  return path
}
