import {JuneError} from '../server/june-error.ts'
import {words} from '../words/words.ts'

/** Why the page cannot listen at all; undefined: it can. */
export const listeningFault = (): JuneError | undefined => {
  const {port} = location
  if (!window.isSecureContext)
    return new JuneError('INSECURE', words.t('error.insecure', {ns: 'talk'}), [
      words.t('error.insecureStep', {ns: 'talk', port: port || '80'}),
    ])
  if (!navigator.mediaDevices || !('AudioWorkletNode' in window))
    return new JuneError('UNSUPPORTED', words.t('error.unsupported', {ns: 'talk'}), [
      words.t('error.unsupportedStep', {ns: 'talk'}),
    ])
  return undefined
}

/** What `getUserMedia` threw, in words. */
export const microphoneFault = (error: unknown): JuneError => {
  const name = error instanceof DOMException ? error.name : ''
  if (name === 'NotAllowedError')
    return new JuneError('DENIED', words.t('error.denied', {ns: 'talk'}), [words.t('error.deniedStep', {ns: 'talk'})])
  if (name === 'NotFoundError')
    return new JuneError('NO_MICROPHONE', words.t('error.none', {ns: 'talk'}), [
      words.t('error.noneStep', {ns: 'talk'}),
    ])
  return new JuneError('MICROPHONE', words.t('error.taken', {ns: 'talk'}), [words.t('error.takenStep', {ns: 'talk'})])
}
