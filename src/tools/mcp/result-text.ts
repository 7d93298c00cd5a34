import type {CallToolResult, ContentBlock} from '@modelcontextprotocol/client'

/** What a tool answered, as text: pictures, sound and files are described. */
export const resultText = ({content, structuredContent}: CallToolResult): string => {
  const text = content.map(blockText).join('\n')
  if (text !== '' || structuredContent === undefined) return text || 'It answered with nothing.'
  return JSON.stringify(structuredContent)
}

const blockText = (block: ContentBlock): string => {
  switch (block.type) {
    case 'text':
      return block.text
    case 'image':
    case 'audio':
      return `[${block.type}, ${block.mimeType}, ${bytesOf(block.data)} bytes]`
    case 'resource_link':
      return `[link to ${block.name}: ${block.uri}]`
    case 'resource': {
      const {resource} = block
      return 'text' in resource
        ? resource.text
        : `[file ${resource.uri}, ${resource.mimeType ?? 'of unknown kind'}, ${bytesOf(resource.blob)} bytes]`
    }
  }
}

/** Of base64. */
const bytesOf = (data: string): number => Math.floor((data.replaceAll('=', '').length * 3) / 4)
