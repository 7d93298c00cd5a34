// One suite for every place where jobs are kept.
import {jobKinds} from './job-kinds.ts'
import {jobsConformance} from './jobs-conformance.ts'

for (const kind of jobKinds()) jobsConformance(kind)
