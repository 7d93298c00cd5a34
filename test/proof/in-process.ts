import {readConfig} from '@essence/core/config/read'
import type {ServiceAtWork} from '@essence/core/proof/service-checks'
import type {Listening} from '@essence/core/service/supervisor-message'
import {onTestFinished} from 'vitest'
import type {engineServiceOf} from '../service/engine/open-service.ts'

/** A service of an engine, broken or not, as its checks meet it; closed when the test ends. */
export const atWork = async ({
  service,
  health,
  settings,
}: ReturnType<typeof engineServiceOf>): Promise<ServiceAtWork> => {
  let where: Listening = {}
  onTestFinished(() => service.close())
  const {name} = await service.start(
    new AbortController().signal,
    () => {},
    listening => {
      where = listening
    },
  )
  await health.ready()
  return {name, ...where, settings: {...(await readConfig()).settings, ...settings}}
}
