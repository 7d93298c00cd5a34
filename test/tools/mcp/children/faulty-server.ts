// An MCP server with faults, over stdio: FAULT says which.

import {appendFileSync} from 'node:fs'
import {McpServer} from '@modelcontextprotocol/server'
import {serveStdio} from '@modelcontextprotocol/server/stdio'
import * as z from 'zod'

const {FAULT = '', STARTS, TOKEN = 'none', NODE_SECRET = 'clean'} = process.env
if (STARTS) appendFileSync(STARTS, 'started\n')
if (FAULT === 'start') {
  process.stderr.write('the database of this server is not there\n')
  process.exit(1)
}
if (FAULT === 'late') await new Promise(resolve => setTimeout(resolve, 1000))
if (FAULT === 'slow') await new Promise(resolve => setTimeout(resolve, 3_600_000))

const server = new McpServer({name: 'faulty', version: '1.0.0'})
const reads = {readOnlyHint: true}
const inputSchema = z.object({})
const text = (text: string) => ({content: [{type: 'text' as const, text}]})

server.registerTool('read thing/β', {description: 'Reads.', inputSchema, annotations: reads}, async () =>
  text(`token ${TOKEN}, ${NODE_SECRET}`),
)
server.registerTool('write', {description: 'Writes.', inputSchema}, async () => text('written'))
server.registerTool('claims', {inputSchema, annotations: {readOnlyHint: false, destructiveHint: false}}, async () =>
  text('claimed'),
)
server.registerTool('fails', {inputSchema, annotations: reads}, async () => ({...text('no such row'), isError: true}))
server.registerTool('throws', {inputSchema, annotations: reads}, async () => {
  throw new Error('broken inside')
})
server.registerTool('dies', {inputSchema, annotations: reads}, async () => process.exit(1))
server.registerTool('floods', {inputSchema, annotations: reads}, async () => text('x'.repeat(1_000_000)))
server.registerTool('hangs', {inputSchema, annotations: reads}, () => new Promise(() => {}))
server.registerTool('picture', {inputSchema, annotations: reads}, async () => ({
  content: [
    {type: 'image' as const, data: 'AAAA', mimeType: 'image/png'},
    {type: 'resource_link' as const, uri: 'file:///a.txt', name: 'a.txt'},
  ],
}))
// The protocol of 2026-07-28 alone; the example server speaks the one before.
serveStdio(() => server, {legacy: 'reject'})
