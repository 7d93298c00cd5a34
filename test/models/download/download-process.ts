// A downloading process to be killed: node --conditions=essence-source download-process.ts ENDPOINT FOLDER PARTS
import {downloadModels} from '@essence/core/models/download/download'
import {planDownload} from '@essence/core/models/download/plan'
import {openHub} from '@essence/core/models/hub/hub-request'
import {storeIn, wantedFile} from '../stand-ins.ts'

const [endpoint = '', folder = '', parts = '1'] = process.argv.slice(2)
const options = {
  store: storeIn(folder),
  hub: openHub({endpoint}),
  parts: Number(parts),
  partBytes: 64 * 1024,
  checkpointBytes: 4096,
}
const {failed} = await downloadModels(await planDownload([wantedFile()], options), options)
process.exit(failed.length)
