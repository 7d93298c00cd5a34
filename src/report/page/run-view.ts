import {readableBytes} from '../../kit/byte-size.ts'
import {readableMs} from '../figures.ts'
import type {EngineReport, MachineInfo, ModelFile, Run} from '../run.ts'
import {type Html, html} from './html.ts'

/** Names and what stands for them. */
export const facts = (rows: readonly (readonly [string, Html | string | number | undefined])[]): Html =>
  html`<dl class="facts">${rows
    .filter(([, value]) => value !== undefined && value !== '')
    .map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`

/** The beginning of a digest; all of it when pointed at, and when copied. */
export const digest = (sha256: string): Html =>
  html`<code class="digest" title="${sha256}"><span>${sha256.slice(0, 12)}</span><span class="rest">${sha256.slice(12)}</span></code>`

export const modelFiles = (files: readonly ModelFile[]): Html =>
  files.length === 0
    ? html`<span class="note">files not told</span>`
    : html`<ul class="files">${files.map(
        ({name, bytes, sha256}) =>
          html`<li>${name} <span class="note">${readableBytes(bytes)}</span> ${digest(sha256)}</li>`,
      )}</ul>`

export const engineCells = ({engine, model, device, files}: EngineReport) =>
  [engine, model, device, modelFiles(files)] as const

export const machineView = ({cpu, cores, memoryBytes, platform, node, gpu}: MachineInfo): Html => html`
<section aria-labelledby="machine"><h2 id="machine">Machine</h2>${facts([
  ['Processor', `${cpu}, ${cores} ${cores === 1 ? 'core' : 'cores'}`],
  ['Memory', readableBytes(memoryBytes)],
  [
    'GPU',
    gpu
      ? [gpu.name, readableBytes(gpu.memoryBytes), gpu.driver && `driver ${gpu.driver}`].filter(Boolean).join(', ')
      : 'none',
  ],
  ['System', platform],
  ['Node.js', node],
])}</section>`

/** Where a run comes from, and the command that makes it again. */
export const runView = ({essence, startedAt, durationMs, command}: Run): Html => html`
<section aria-labelledby="run"><h2 id="run">Run</h2>${facts([
  ['Started', html`<time datetime="${startedAt}">${startedAt}</time>`],
  ['Took', readableMs(durationMs)],
  ['Essence', essence],
])}${command === undefined ? '' : html`<p>Again:</p><pre>${command}</pre>`}</section>`
