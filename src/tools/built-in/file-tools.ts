import * as z from 'zod'
import {defineTool, type Tool} from '../tool.ts'
import {shortened, wordingFor} from '../wording.ts'
import {confinedFolder} from './confined-folder.ts'

const path = z.string().min(1).max(1000).describe('Relative to the folder')
const maxWritten = 200_000

/** Files of one folder (TOOLS_FOLDER). What they contain may come from anybody. */
export const fileTools = (folder: string): Tool[] => {
  const files = confinedFolder(folder)
  return [
    defineTool({
      name: 'list_files',
      description: 'Lists the files of the shared folder, or of a folder in it.',
      input: z.strictObject({path: path.optional()}),
      effect: 'none',
      foreign: true,
      run: async ({path = '.'}) => (await files.list(path)).join('\n') || 'The folder is empty.',
    }),
    defineTool({
      name: 'read_file',
      description: 'Reads a text file of the shared folder.',
      input: z.strictObject({path}),
      effect: 'none',
      foreign: true,
      run: ({path}) => files.read(path),
    }),
    defineTool({
      name: 'write_file',
      description:
        'Writes a text file of the shared folder, in the place of what it contained. The person is asked first.',
      input: z.strictObject({path, content: z.string().max(maxWritten)}),
      effect: 'world',
      check: ({path}) => files.check(path),
      question: async ({path, content}, {language}) => wordingFor(language).askWrite(path, shortened(content)),
      async run({path, content}) {
        await files.write(path, content)
        return `${path} is written.`
      },
    }),
  ]
}
