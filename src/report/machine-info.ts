import {cpuModel, inspectMachine} from '../compute/machine.ts'
import {defined} from '../kit/defined.ts'
import type {MachineInfo} from './run.ts'

/** What a report says of the machine it was made on. @param machine as `inspectMachine` found it */
export const machineInfo = async (machine = inspectMachine()): Promise<MachineInfo> => {
  const {cores, memoryBytes, gpu} = await machine
  return {
    cpu: cpuModel(),
    cores,
    memoryBytes,
    platform: `${process.platform} ${process.arch}`,
    node: process.versions.node,
    ...defined({gpu: gpu && {name: gpu.name, memoryBytes: gpu.memoryBytes, ...defined({driver: gpu.driver})}}),
  }
}
