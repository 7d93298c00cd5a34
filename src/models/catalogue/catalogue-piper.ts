import type {ModelEntry, ProfileName} from './entry.ts'

/** Most voices began as the weights of another one. Whether its licence binds them, nobody has decided. */
const fromLessac = 'trained on from the Lessac voice, whose recordings are for research'

interface PiperVoice {
  /** Bytes of the weights. */
  bytes?: number
  /** Of the recordings the voice learned from, as its MODEL_CARD says. */
  licence: string
  profiles?: ProfileName[]
  unseen?: ModelEntry['unseen']
  note?: string
}

const checked = '2026-11-29'

/** Weights of one speaker with the medium net, as most are. */
const medium = 63_201_294

/** A Piper voice, called as its files: `en_US-ljspeech-medium`. */
const piper = (name: string, {bytes = medium, licence, profiles = [], unseen = [], note}: PiperVoice): ModelEntry => {
  const [language = '', speaker, quality] = name.split('-')
  const folder = `${language.slice(0, 2)}/${language}/${speaker}/${quality}`
  return {
    id: `piper-${name.toLowerCase()}`,
    kind: 'tts',
    engine: 'piper',
    repo: 'rhasspy/piper-voices',
    revision: 'main',
    files: [
      {path: `${folder}/${name}.onnx`, bytes},
      {path: `${folder}/${name}.onnx.json`, bytes: 5000},
    ],
    memoryBytes: 250_000_000,
    languages: [language.replace('_', '-')],
    licence,
    profiles,
    aliases: [name],
    checked,
    unseen,
    note,
  }
}

const publicDomain = 'public domain recordings'

/**
 * Piper voices: one for each language people speak to June in, the best of the clearest licence. Licences were read in
 * the MODEL_CARD of each, sizes in the list the project publishes. The MIT licence of the repository is not the voices'.
 */
export const piperVoices: ModelEntry[] = [
  piper('en_US-ljspeech-medium', {
    bytes: 63_531_379,
    licence: publicDomain,
    profiles: ['light', 'starter'],
    unseen: ['size'],
  }),
  piper('en_US-lessac-medium', {licence: 'Blizzard Challenge 2013 licence (research)'}),
  piper('en_GB-cori-medium', {bytes: 63_531_379, licence: publicDomain, unseen: ['size']}),
  piper('ar_JO-kareem-medium', {licence: 'none named', note: fromLessac}),
  piper('bg_BG-dimitar-medium', {licence: 'CC0-1.0', note: fromLessac, unseen: ['size']}),
  piper('ca_ES-upc_ona-medium', {licence: 'CC-BY-SA-3.0-ES', note: fromLessac}),
  piper('cs_CZ-jirka-medium', {licence: 'CC0-1.0', note: fromLessac}),
  piper('da_DK-talesyntese-medium', {licence: 'CC0-1.0', note: fromLessac}),
  piper('de_DE-thorsten-medium', {licence: 'CC0-1.0', note: fromLessac}),
  piper('el_GR-rapunzelina-medium', {licence: 'CC0-1.0', unseen: ['size']}),
  piper('es_ES-davefx-medium', {licence: 'CC0-1.0', note: fromLessac}),
  piper('fa_IR-amir-medium', {bytes: 63_531_379, licence: 'CC0-1.0', note: fromLessac, unseen: ['size']}),
  piper('fi_FI-harri-medium', {licence: 'CC0-1.0', note: fromLessac}),
  piper('fr_FR-siwis-medium', {licence: 'CC-BY-4.0', note: fromLessac}),
  piper('hi_IN-pratham-medium', {licence: 'CC-BY-NC-SA-4.0', unseen: ['size'], note: 'not for commercial use'}),
  piper('hu_HU-anna-medium', {licence: 'CC0-1.0', note: fromLessac}),
  piper('it_IT-paola-medium', {bytes: 63_511_038, licence: 'CC0-1.0', note: fromLessac, unseen: ['size', 'licence']}),
  piper('ka_GE-natia-medium', {
    licence: 'RHVoice natia licence (personal use)',
    unseen: ['licence'],
    note: `for individuals only; ${fromLessac}`,
  }),
  piper('lv_LV-aivars-medium', {licence: 'CC0-1.0', unseen: ['size']}),
  piper('nl_NL-alex-medium', {bytes: 63_500_000, licence: 'CC0-1.0', unseen: ['size']}),
  piper('no_NO-talesyntese-medium', {licence: 'CC0-1.0', note: fromLessac}),
  piper('pl_PL-gosia-medium', {licence: 'CC0-1.0', note: fromLessac}),
  piper('pt_BR-faber-medium', {licence: 'CC0-1.0', note: fromLessac}),
  piper('ro_RO-mihai-medium', {licence: 'CC0-1.0', note: fromLessac}),
  piper('ru_RU-dmitri-medium', {licence: 'CC0-1.0', note: fromLessac}),
  piper('sk_SK-lili-medium', {licence: 'CC0-1.0', note: fromLessac}),
  piper('sl_SI-artur-medium', {bytes: 63_200_492, licence: 'CC-BY-4.0', unseen: ['size']}),
  piper('sv_SE-nst-medium', {bytes: 63_104_526, licence: 'CC0-1.0'}),
  piper('tr_TR-fettah-medium', {licence: 'CC0-1.0', note: fromLessac, unseen: ['size']}),
  piper('uk_UA-ukrainian_tts-medium', {bytes: 76_735_663, licence: 'CC0-1.0'}),
  piper('vi_VN-vais1000-medium', {licence: 'CC-BY-4.0', note: fromLessac}),
  piper('zh_CN-huayan-medium', {licence: 'unknown', note: fromLessac}),
]
