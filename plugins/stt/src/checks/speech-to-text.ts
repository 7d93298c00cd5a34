import {SpeechToTextDefinition} from '@essence/core/rpc/generated/june/asr/asr'
import {speechService} from '@essence/core/stt/grpc/messages'

/** The service under test. */
export const speechToText = {definition: SpeechToTextDefinition, name: speechService}
