import type {Interfaces} from '@oclif/core'
import {servicePackageSchema} from '../release/manifest.ts'
import type {Supervised, SupervisedCommand} from '../service/supervised.ts'

/** The service commands of all plugins. */
export const supervisedCommands = ({commands, plugins}: Interfaces.Config): SupervisedCommand[] =>
  commands.flatMap(command => {
    const {id, pluginName = '', supervised} = command as typeof command & {supervised?: Supervised}
    if (!supervised) return []
    const about: unknown = plugins.get(pluginName)?.pjson['essence']
    return [{...supervised, id, plugin: pluginName, ports: servicePackageSchema.safeParse(about).data?.ports ?? []}]
  })
