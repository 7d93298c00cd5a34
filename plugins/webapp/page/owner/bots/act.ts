import {useState} from 'react'
import {asJuneError} from '../../server/june-error.ts'

/** What buttons of a list do, one at a time. */
export const useAct = () => {
  const [isBusy, setBusy] = useState(false)
  const [problem, setProblem] = useState<string>()
  const act = async (work: () => Promise<void>): Promise<void> => {
    if (isBusy) return
    setBusy(true)
    setProblem(undefined)
    try {
      await work()
    } catch (error) {
      setProblem(asJuneError(error).message)
    } finally {
      setBusy(false)
    }
  }
  return {isBusy, problem, act}
}
