import type {BenchReport} from '../report/bench-report.ts'

const maxLength = 200

/** Share of the processors that other programs may take, so that the figures are the machine's. */
export const quietLoad = 0.25

/** What writes at once without a model: its rate says nothing. */
const standIns = new Set(['demo', 'mock'])

const short = (name: string, length: number): string => (name.length <= length ? name : `${name.slice(0, length - 1)}…`)

/** One line for a bug report, at most 200 characters: version, machine, engines with their figures, and a turn. */
export const reportLine = ({essence, machine, otherLoad, engines, turn}: Omit<BenchReport, 'line'>): string => {
  const {cpu, cores, memoryBytes, gpu} = machine
  const {stt, llm, tts} = engines
  const line = (room: number): string =>
    [
      `Essence ${essence}`,
      `${short(cpu, room)}, ${cores} cores, ${Math.round(memoryBytes / 1024 ** 3)} GiB`,
      gpu ? `${short(gpu.name, room)}${gpu.driver ? ` (${gpu.driver})` : ''}` : 'no GPU',
      stt ? `${short(stt.model, room)} RTF ${stt.utterances[0]?.rtf.p50.toFixed(2) ?? '-'}` : [],
      llm
        ? `${short(llm.model, room)}${standIns.has(llm.engine) ? '' : ` ${llm.tokensPerSecond.p50.toFixed(1)} tokens/s`}`
        : [],
      tts ? `${short(tts.model, room)} RTF ${tts.rtf.p50.toFixed(2)}` : [],
      otherLoad > quietLoad ? 'busy machine' : [],
      turn?.stages['total'] ? `turn ${Math.round(turn.stages['total'].p50)} ms` : [],
    ]
      .flat()
      .join('; ')
  for (let room = 40; room > 8; room -= 4) {
    const text = line(room)
    if (text.length <= maxLength) return text
  }
  return short(line(8), maxLength)
}
