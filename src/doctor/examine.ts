import type {Inspection} from '../config/read.ts'
import {checkEngines} from './engines.ts'
import {type Finding, failure, ok} from './finding.ts'
import {checkFolder, checkMachine} from './machine.ts'
import {checkPorts, type ListeningService} from './ports.ts'
import {checkRunning} from './running.ts'
import {checkSpeaker} from './speaker.ts'
import {checkVoiceDetection} from './voice-detection.ts'
import {checkVoices} from './voices.ts'

/**
 * Looks at everything June needs on this machine, quickest first.
 * @param services that are switched on
 * @throws CANCELLED
 */
export const examine = async (
  {settings, problems, file}: Inspection,
  services: readonly ListeningService[],
  signal: AbortSignal,
  onProgress: (message: string) => void = () => {},
): Promise<Finding[]> => [
  ...checkMachine(),
  ...(problems.length === 0
    ? [
        ok(
          'configuration',
          file ? `valid, from ${file} and the environment` : 'valid, from the environment and defaults',
        ),
      ]
    : problems.map(({name, message}, index) =>
        failure(`configuration ${name ?? index + 1}`, message, 'See every setting: essence config'),
      )),
  await checkFolder('data folder', 'JUNE_DATA_DIR', settings),
  await checkFolder('model folder', 'MODEL_CACHE_DIR', settings),
  ...(await Promise.all(services.map(service => checkPorts(service, settings)))).flat(),
  ...((await checkRunning(settings, services)) ?? [
    ...(await checkVoiceDetection(settings, signal)),
    ...(await checkSpeaker(settings, signal)),
    ...(await checkVoices(settings, signal)),
    ...(await checkEngines(settings, signal, onProgress)),
  ]),
]
