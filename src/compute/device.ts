import {EssenceError} from '../kit/errors.ts'

/** What computes. */
export type Backend = 'cuda' | 'vulkan' | 'metal' | 'cpu'

/** Where a model is to compute: `auto` takes a GPU where one works, and the CPU otherwise. */
export interface Device {
  backend: Backend | 'auto'
  /** Number of the card, where one was named. */
  index?: number | undefined
}

export const auto: Device = {backend: 'auto'}

/** Reads `auto`, `cuda`, `cuda:0`, `vulkan`, `vulkan:0`, `metal` or `cpu`; undefined for anything else. */
export const parseDevice = (text: string): Device | undefined => {
  const [, backend, card, index] = /^(auto|cpu|metal|(cuda|vulkan)(?::(\d{1,2}))?)$/.exec(text.toLowerCase()) ?? []
  if (backend === undefined) return undefined
  return {backend: (card ?? backend) as Device['backend'], index: index === undefined ? undefined : Number(index)}
}

/** As `parseDevice` reads it. */
export const deviceText = ({backend, index}: Device): string => (index === undefined ? backend : `${backend}:${index}`)

/** The device reason where a device was asked for. */
export const askedFor = (device: Device): string => `"${deviceText(device)}" was asked for`

/**
 * For an engine that cannot be pointed at a card; the first one is what it takes anyway.
 * @param takes completes "whisper.cpp cannot be pointed at cuda:1: …"
 * @throws CONFIG_INVALID
 */
export const requireNoCard = (device: Device, engine: string, takes: string): void => {
  const {backend, index = 0} = device
  if (index === 0) return
  throw new EssenceError('CONFIG_INVALID', `${engine} cannot be pointed at ${deviceText(device)}: ${takes}.`, {
    suggestions: [`Show it that GPU only: CUDA_VISIBLE_DEVICES=${index}, and device ${backend}`],
  })
}
