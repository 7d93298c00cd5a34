import {toolName} from '@essence/core/tools/mcp/tool-name'
import fc from 'fast-check'
import {expect, it} from 'vitest'

it('is server and tool, in letters that every model knows', () => {
  expect(toolName('files', 'read', new Set())).toBe('files_read')
  expect(toolName('my files', 'read.all/β', new Set())).toBe('my_files_read_all__')
})

it('is one that nobody else has, and the same after each start', () => {
  const taken = new Set(['a_b_c'])
  const names = [toolName('a_b', 'c', taken), toolName('a', 'b_c', taken)]
  expect(new Set([...names, ...taken]).size).toBe(3)
  expect(toolName('a', 'b_c', taken)).toBe(names[1])
})

it('is never too long nor of other letters', () => {
  fc.assert(
    fc.property(fc.string({maxLength: 100}), fc.string({maxLength: 100}), (server, tool) => {
      expect(toolName(server, tool, new Set())).toMatch(/^[a-zA-Z0-9_-]{1,64}$/)
    }),
  )
})
