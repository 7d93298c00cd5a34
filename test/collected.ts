export {collected} from '@essence/core/kit/flow/iterate'
