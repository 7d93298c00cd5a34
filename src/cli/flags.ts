// What a command declares itself with. A third party's plugin takes it from here, and so needs no oclif of its own.
export {Args, Flags} from '@oclif/core'
