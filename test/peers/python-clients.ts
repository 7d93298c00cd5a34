import {userInfo} from 'node:os'
import {join} from 'node:path'

/** A Python with clients and servers of other people's making, see `.ci/run`; it may be missing. */
export const python = join(userInfo().homedir, '.cache/june-clients/bin/python')
