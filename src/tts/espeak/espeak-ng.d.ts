/** The part of @echogarden/espeak-ng-emscripten (no types of its own) that we use. */
declare module '@echogarden/espeak-ng-emscripten' {
  interface EspeakVoice {
    /** The voice file below `lang/`: `gmw/en-US`. */
    identifier: string
    name: string
    /** The languages it speaks; a lower priority number is a better match. */
    languages: {name: string; priority: number}[]
  }

  interface EspeakSynthesizer {
    readonly samplerate: number
    list_voices(): EspeakVoice[]
    /** By name or file (`gmw/en-US+f3`), or by language when the name is empty; 0 is success. */
    set_voice(name: string, language: string): number
    /** Words per minute, 80..450; 175 is normal. */
    set_rate(wordsPerMinute: number): void
    /** 0..99, 50 is normal. */
    set_pitch(pitch: number): void
    /** Intonation range, 0..99, 50 is normal. */
    set_range(range: number): void
    /** Speaks SSML, synchronously; a truthy return of the callback stops it. */
    synthesize(ssml: string, onAudio: (pcm: Int16Array) => boolean): void
    /**
     * The phonemes of a text, a clause after the other with ` | ` between them: where they stand in memory, as UTF-8 that
     * ends with 0. The caller frees it.
     */
    convert_to_phonemes(text: string, ipa: boolean): {ptr: number}
  }

  interface EspeakModule {
    eSpeakNGWorker: new () => EspeakSynthesizer
    FS: {readdir(path: string): string[]}
    readonly HEAPU8: Uint8Array
    _free(pointer: number): void
  }

  const load: (options?: {print?: (line: string) => void; printErr?: (line: string) => void}) => Promise<EspeakModule>
  // biome-ignore lint/style/noDefaultExport: it is the package's only export
  export default load
}
