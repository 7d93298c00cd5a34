// Knows no package: setup runs it before anything is installed.

/** What a service may compute with, or keep its data by. */
export const engineNames = ['stt', 'tts', 'llm', 'store', 'listening'] as const

export type Engine = (typeof engineNames)[number]
