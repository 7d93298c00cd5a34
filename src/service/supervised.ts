import {isOurs} from '../engines/remote/assistant.ts'

/** What a service command declares in its static `supervised` to be started by `essence up`. */
export interface Supervised {
  name: string
  /** Only where this variable is set. */
  when?: string
  /** What people are told where it is not started. */
  otherwise?: string
  /** Not where this variable is set. */
  unless?: string
  /** Not where this variable names a service of June's, by gRPC: a server of another kind (http) is for this service to use. */
  unlessOurs?: string
  /** The others use it: they get its address in this variable. */
  provides?: string
  /** The variable of its port: one that was found free is kept when it is started again. */
  port?: string
}

export interface SupervisedCommand extends Supervised {
  /** `telegram-service` */
  id: string
  /** The package it comes from. */
  plugin: string
  /** The variables of the addresses it listens on, as the `package.json` of its plugin says. */
  ports: {host: string; port: string}[]
}

/** Whether the settings switch a service on. */
export const isOn = ({when, unless, unlessOurs}: Supervised, settings: object): boolean => {
  const isSet = (name: string): boolean => Reflect.get(settings, name) !== undefined
  if (unlessOurs !== undefined && isOurs(Reflect.get(settings, unlessOurs))) return false
  return (when === undefined || isSet(when)) && (unless === undefined || !isSet(unless))
}
